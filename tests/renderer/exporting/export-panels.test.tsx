/** What a person is told of an export that has ended. */
import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { ExportState } from '../../../main/contract/exporter.ts'
import { ExportPanels } from '../../../renderer/exporting/export-panels.tsx'
import { answerBy, onScreen, show } from '../program.tsx'

onScreen()

test('studies that were gone before it began are told beside what was left out of the others', async () => {
  const state: ExportState = {
    ...{ exportId: '1', path: '/media/usb/DISC', form: 'folder', isDeidentified: false, state: 'done', fault: null },
    ...{ isLeft: false, room: null, objects: 7, finished: 7, bytes: 1, rate: 0, unusualSyntaxes: 0 },
    goneStudies: 2,
    leftOut: [{ reason: 'object-damaged', count: 1 }],
  }
  answerBy({ 'exporter.exports': () => [state] })
  show(<ExportPanels />)
  expect(await screen.findByText('2 studies are no longer in this station and were not exported')).toBeTruthy()
  expect(screen.getByText('1 damaged object was not exported')).toBeTruthy()
  expect(screen.getByText('6 of 7 objects')).toBeTruthy()
})
