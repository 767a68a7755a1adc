import { act, fireEvent } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { useCommandRegistry } from '../../../renderer/shell/commands.ts'
import { openPalette, Palette } from '../../../renderer/shell/palette.tsx'
import { onScreen, show } from '../program.tsx'

onScreen()
beforeEach(() => void queryClient.setQueryData(trpc.settings.get.queryKey({}), { keys: {} } as never))
afterEach(() => useCommandRegistry.setState({ scopes: new Map() }))

test('a name and Enter, typed before the field has the focus, run what the name finds first', async () => {
  const runs: string[] = []
  const command = (id: string, name: string) => ({
    ...{ id, titleKey: 'shell:palette.nothing', groupKey: name, keys: [], enabled: true },
    run: () => void runs.push(id),
  })
  useCommandRegistry.getState().setScope('studies', [command('studies.a', 'alpha'), command('studies.b', 'beta')])
  show(<Palette />)
  act(openPalette)
  for (const key of ['b', 'e', 't', 'Enter']) fireEvent.keyDown(document.body, { key })
  await expect.poll(() => runs).toEqual(['studies.b'])
})
