/** Choosing a folder to watch. */
import { fireEvent, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { WatchedFolderSetting } from '../../../renderer/settings/watched-folder-setting.tsx'
import { answerBy, onScreen, show } from '../program.tsx'

onScreen()

test('who began to choose another folder can leave it at that', async () => {
  const settings = { watchedFolder: { path: '/mnt/incoming', after: 'keep' } }
  const listing = { path: '/mnt/incoming', parent: '/mnt', entries: [], isShortened: false, places: [] }
  let updates = 0
  answerBy({
    'settings.get': () => settings,
    'importer.listFolder': () => listing,
    'settings.update': () => {
      updates += 1
      return settings
    },
  })
  queryClient.setQueryData(trpc.settings.get.queryKey({}), settings as never)
  show(<WatchedFolderSetting />)
  fireEvent.click(screen.getByRole('button', { name: 'Choose a folder…' }))
  const path = await screen.findByRole('textbox', { name: 'Path of the folder' })
  await expect.poll(() => document.activeElement === path).toBe(true)
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(screen.queryByRole('textbox')).toBe(null)
  expect(screen.getByText('/mnt/incoming')).toBeTruthy()
  expect(updates).toBe(0)
})
