/** The exports of a run: what is being written stays in the cache until it is. */
import { expect, it } from 'vitest'
import type { ExportState } from '../../../main/contract/exporter.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { createExporter } from '../../../main/exporter/exporter.ts'
import { ctImage } from '../cache/data-sets.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { silent } from '../cache/test-cache.ts'
import { holding } from './exporting.ts'

it('holds the studies that it writes until it has ended', async () => {
  const held = holding(ctImage({ study: 1 }), ctImage({ study: 2 }))
  const shown = new Set<string>()
  const seen: string[][] = []
  const exporter = createExporter({
    cache: {
      ...held,
      getStudy: async () => null,
      open: (key) => {
        seen.push([...shown])
        return held.open(key)
      },
    },
    log: silent,
    notes: { loadDocument: async () => null, saveDocument: async () => undefined },
    hold: (StudyInstanceUIDs) => {
      for (const study of StudyInstanceUIDs) shown.add(study)
      return () => shown.clear()
    },
    onChange: () => undefined,
  })
  const { StudyInstanceUIDs } = held
  exporter.start({
    StudyInstanceUIDs,
    folder: temporaryFolder(),
    name: 'export',
    form: 'folder',
    deidentification: null,
  })
  // From the beginning, before it is known what there is to write.
  expect([...shown]).toEqual(StudyInstanceUIDs)
  const state = (): ExportState['state'] | undefined => exporter.exports()[0]?.state
  await expect.poll(state).toBe('done')
  expect(seen).toEqual([StudyInstanceUIDs, StudyInstanceUIDs])
  expect(shown.size).toBe(0)
  await exporter.stop()
})

it('tells before it begins what no program cleans', async () => {
  const video = ctImage({ instance: 2 }, { BurnedInAnnotation: 'NO' })
  const request = { ...video.request, TransferSyntaxUID: TransferSyntaxUIDs.MPEG4HP41 }
  const held = holding(ctImage(), { ...video, request }, ctImage({ instance: 3 }, { BurnedInAnnotation: 'YES' }))
  const exporter = createExporter({
    cache: { ...held, getStudy: async () => null },
    log: silent,
    notes: { loadDocument: async () => null, saveDocument: async () => undefined },
    hold: () => () => undefined,
    onChange: () => undefined,
  })
  const plan = await exporter.plan(held.StudyInstanceUIDs)
  expect(plan).toEqual({ objects: 3, bytes: 0, mayShowNames: 1, beyondReach: 1 })
})
