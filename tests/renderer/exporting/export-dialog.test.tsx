/** What a person must have been told before an export without the identity begins. */
import { fireEvent, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { ExportDialog } from '../../../renderer/exporting/export-dialog.tsx'
import { askForExport, hideExportDialog } from '../../../renderer/exporting/exports.ts'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { answerBy, onScreen, show } from '../program.tsx'
import { study } from '../viewer/study-fixtures.ts'

onScreen()
afterEach(hideExportDialog)

test('waits until it is known in how many pixels names may stand', async () => {
  const { StudyInstanceUID } = study
  const found = { study, series: [], priors: [] }
  const listing = { path: '/home', parent: null, entries: [], isShortened: false, places: [] }
  const planned = Promise.withResolvers<void>()
  answerBy({
    'studies.get': () => found,
    'importer.listFolder': () => listing,
    'exporter.plan': async () => {
      await planned.promise
      return { objects: 2, bytes: 10, mayShowNames: 1, beyondReach: 0 }
    },
  })
  const known: [readonly unknown[], unknown][] = [
    [trpc.studies.get.queryKey({ StudyInstanceUID }), found],
    [trpc.importer.listFolder.queryKey({ path: '' }), listing],
  ]
  for (const [key, value] of known) queryClient.setQueryData(key, value)
  show(<ExportDialog />)
  askForExport(StudyInstanceUID)
  fireEvent.click(await screen.findByRole('switch', { name: /Remove the patient/ }))
  const start = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Export without the identity' })
  expect(start().disabled).toBe(true)
  planned.resolve()
  await expect.poll(() => start().disabled).toBe(false)
})
