/** The demo studies: a generated CT phantom, and the MR series in `resources/demo/mr` (its attribution stands beside it). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { demo } from '../contract/importer.ts'
import { HeaderScan, parsePart10 } from '../dataset/index.ts'
import type { StoreInput } from '../dimse/index.ts'
import { phantomContext, phantomDataSet, phantomUids } from './phantom.ts'
import { phantomGrid } from './phantom-model.ts'

export type DemoId = (typeof demo.shape.id.options)[number]

/** One demo study. */
export interface DemoStudy {
  id: DemoId
  attribution: string
  StudyInstanceUID: string
  /** Objects in it. */
  instances: number
  /** What is negotiated to send it. */
  contexts: { abstractSyntax: string; transferSyntax: string }[]
  /** Its objects, made or read one after the other. */
  objects(): AsyncIterable<StoreInput>
}

const contextOf = ({ SOPClassUID, TransferSyntaxUID }: { SOPClassUID: string; TransferSyntaxUID: string }) => ({
  abstractSyntax: SOPClassUID,
  transferSyntax: TransferSyntaxUID,
})

const phantom: DemoStudy = {
  id: 'phantom',
  attribution: 'Astreinte, MIT',
  StudyInstanceUID: phantomUids.StudyInstanceUID,
  instances: phantomGrid.slices,
  contexts: [contextOf(phantomContext)],
  async *objects() {
    for (let slice = 0; slice < phantomGrid.slices; slice++) {
      yield { ...phantomContext, SOPInstanceUID: phantomUids.SOPInstanceUID(slice), dataSet: [phantomDataSet(slice)] }
    }
  },
}

/** The object in a DICOM file; throws when it is none, because these files are our own. */
async function objectIn(path: string): Promise<StoreInput & { StudyInstanceUID: string }> {
  const bytes = await readFile(path)
  const head = parsePart10(bytes)
  if (head.kind !== 'part-10') throw new Error('A demo file is no DICOM file')
  const dataSet = bytes.subarray(head.dataSetOffset)
  const scan = new HeaderScan(head.TransferSyntaxUID)
  scan.push(dataSet)
  return {
    SOPClassUID: head.meta.text('MediaStorageSOPClassUID'),
    SOPInstanceUID: head.meta.text('MediaStorageSOPInstanceUID'),
    TransferSyntaxUID: head.TransferSyntaxUID,
    StudyInstanceUID: scan.StudyInstanceUID ?? '',
    dataSet: [dataSet],
  }
}

async function mr(resourcesFolder: string): Promise<DemoStudy | null> {
  const folder = join(resourcesFolder, 'demo', 'mr')
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => name.endsWith('.dcm')).sort()
  const [first] = files
  if (!first) return null
  const { StudyInstanceUID, ...object } = await objectIn(join(folder, first))
  return {
    id: 'mr',
    attribution: 'INIA19 template, T. Rohlfing et al. (2012), doi:10.3389/fninf.2012.00027, CC-BY',
    StudyInstanceUID,
    instances: files.length,
    contexts: [contextOf(object)],
    async *objects() {
      for (const name of files) yield await objectIn(join(folder, name))
    },
  }
}

/** The demo studies that this installation has. */
export async function demoStudies(resourcesFolder: string): Promise<DemoStudy[]> {
  return [phantom, await mr(resourcesFolder)].filter((study) => study !== null)
}
