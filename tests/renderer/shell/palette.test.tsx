import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { useCommandRegistry } from '../../../renderer/shell/commands.ts'
import { openPalette, Palette } from '../../../renderer/shell/palette.tsx'
import { provideScreen } from '../screen.ts'

beforeEach(() => {
  provideScreen()
  speak('en')
  queryClient.setQueryData(trpc.settings.get.queryKey({}), { keys: {} } as never)
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  useCommandRegistry.setState({ scopes: new Map() })
})

test('a name and Enter, typed before the field has the focus, run what the name finds first', async () => {
  const runs: string[] = []
  const command = (id: string, name: string) => ({
    ...{ id, titleKey: 'shell:palette.nothing', groupKey: name, keys: [], enabled: true },
    run: () => void runs.push(id),
  })
  useCommandRegistry.getState().setScope('studies', [command('studies.a', 'alpha'), command('studies.b', 'beta')])
  render(
    <QueryClientProvider client={queryClient}>
      <MantineProvider>
        <Palette />
      </MantineProvider>
    </QueryClientProvider>,
  )
  act(openPalette)
  for (const key of ['b', 'e', 't', 'Enter']) fireEvent.keyDown(document.body, { key })
  await expect.poll(() => runs).toEqual(['studies.b'])
})
