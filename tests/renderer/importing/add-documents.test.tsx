/** What is said of documents that are added to a study. */
import { Notifications, notifications } from '@mantine/notifications'
import { screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { addDocuments } from '../../../renderer/importing/add-documents.ts'
import { dismissNotice, notify } from '../../../renderer/ui/notify.ts'
import { onScreen, show } from '../program.tsx'

onScreen()
afterEach(() => notifications.clean())

test('a refusal stays until it was seen, and hides nothing that is said after it', async () => {
  globalThis.fetch = async () => Response.json({ outcome: 'refused', reason: 'turned-video' })
  // One line at a time, as in the program.
  show(<Notifications limit={1} transitionDuration={0} />)
  await addDocuments('1.2.3', [new File(['film'], 'film.mp4')])
  expect(await screen.findByText(/^film.mp4 : A video that is to be shown turned/)).toBeTruthy()
  notify('Another version is shown.', 'attention')
  expect(await screen.findByText('Another version is shown.')).toBeTruthy()
  await expect.poll(() => screen.queryByText(/^film.mp4/)).toBe(null)
  dismissNotice()
  expect(await screen.findByText(/^film.mp4/)).toBeTruthy()
})
