/** Exports of a test's cache into a folder of their own, and what other programs make of them. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CacheError, type StoredObject } from '../../../main/cache/cache.ts'
import type { DeidentificationOptions, ExportRequest, ExportState } from '../../../main/contract/exporter.ts'
import { HeaderScan, parsePart10 } from '../../../main/dataset/index.ts'
import { type ExportCache, ExportJob } from '../../../main/exporter/export-job.ts'
import { python } from '../../helpers/corpora.ts'
import type { TestObject } from '../cache/data-sets.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'

/** Objects in memory, as the cache gives them. */
export interface HeldObjects extends ExportCache {
  StudyInstanceUIDs: string[]
  objects: StoredObject[]
}

const heldObject = (instanceKey: number, request: Described, dataSet: Buffer): StoredObject | null => {
  const scan = new HeaderScan(request.TransferSyntaxUID)
  scan.push(dataSet)
  const result = scan.end()
  if (result.kind !== 'complete') return null
  const { attributes, pixelData } = result
  return {
    ...request,
    SOPClassUID: attributes.text('SOPClassUID') || request.SOPClassUID,
    SOPInstanceUID: attributes.text('SOPInstanceUID') || request.SOPInstanceUID,
    instanceKey,
    StudyInstanceUID: attributes.text('StudyInstanceUID'),
    SeriesInstanceUID: attributes.text('SeriesInstanceUID'),
    length: dataSet.length,
    sha256: '',
    pixelData,
    read: async (start, end) => dataSet.subarray(start, end),
  }
}

type Described = Pick<StoredObject, 'SOPClassUID' | 'SOPInstanceUID' | 'TransferSyntaxUID'>

/** What a cache would hold of these: objects made for a test, or files; what is no whole object of a study is left out. */
export function holding(...given: (TestObject | string)[]): HeldObjects {
  const objects = given.flatMap((one, key) => {
    if (typeof one !== 'string') return heldObject(key, one.request, one.bytes) ?? []
    const file = readFileSync(one)
    const head = parsePart10(file)
    if (!('dataSetOffset' in head)) return []
    const { TransferSyntaxUID } = head
    return (
      heldObject(key, { SOPClassUID: '', SOPInstanceUID: '', TransferSyntaxUID }, file.subarray(head.dataSetOffset)) ??
      []
    )
  })
  const byUID = new Map(
    objects.filter(({ StudyInstanceUID }) => StudyInstanceUID).map((one) => [one.SOPInstanceUID, one]),
  )
  const held = [...byUID.values()]
  return {
    objects: held,
    StudyInstanceUIDs: [...new Set(held.map(({ StudyInstanceUID }) => StudyInstanceUID))],
    listInstanceKeys: async ({ StudyInstanceUID }) =>
      held.filter((one) => one.StudyInstanceUID === StudyInstanceUID).map(({ instanceKey }) => instanceKey),
    open: async (key) => {
      const found = held.find(({ instanceKey }) => instanceKey === key)
      if (!found) throw new CacheError('object-missing', 'There is no such object')
      return found
    },
  }
}

export type Exported = Partial<ExportState> & { folder: string; path: string }

/** Runs one export to its end. */
export async function exported(
  cache: ExportCache,
  request: Partial<ExportRequest>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Exported> {
  const folder = request.folder ?? temporaryFolder()
  const whole: ExportRequest = {
    folder,
    name: 'DISC',
    form: 'folder',
    deidentification: null,
    StudyInstanceUIDs: [],
    ...request,
  }
  const state: Partial<ExportState> = {}
  const job = new ExportJob({
    cache,
    request: whole,
    signal,
    onWritten: (bytes) => {
      state.bytes = (state.bytes ?? 0) + bytes
    },
    onChange: (change) => Object.assign(state, change),
    beginsAt: async () => undefined,
    endsAt: async () => undefined,
  })
  const end = await job.run()
  return { ...state, ...end, folder, path: join(folder, whole.name) }
}

/** The strictest that the basic profile has. */
export const basicProfile: DeidentificationOptions = {
  pseudonym: 'ANON',
  retainUIDs: false,
  dates: 'removed',
  cleanDescriptors: false,
  retainPatientCharacteristics: false,
  retainDeviceIdentity: false,
  retainInstitutionIdentity: false,
}

/** All files below a folder, by path in it. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

/** What a Python script with pydicom prints as JSON. */
export const pydicom = <T>(script: string, ...args: string[]): T =>
  JSON.parse(
    execFileSync(python, ['-W', 'ignore', '-c', `import json,sys,pydicom\n${script}`, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }),
  ) as T
