/** A receiver before a real cache that holds files already, for peers that ask for them. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { type OpenedCache, openCache } from '../../main/cache/index.ts'
import { HeaderScan, parsePart10 } from '../../main/dataset/index.ts'
import { isUID, type Keyword } from '../../main/dicom/index.ts'
import { createReceiver, type Receiver, type ReceiverOptions } from '../../main/receiver/index.ts'

/** A data set read from a Part-10 file. */
export interface FileContent {
  SOPClassUID: string
  SOPInstanceUID: string
  TransferSyntaxUID: string
  StudyInstanceUID: string
  /** Whether the cache takes it: whole, with all of its identifiers. */
  isStorable: boolean
  dataSet: Uint8Array
}

/** Reads a Part-10 file. */
export function readFile(path: string): FileContent {
  const bytes = readFileSync(path)
  const head = parsePart10(bytes)
  if (!('dataSetOffset' in head)) throw new Error(`${path} is no Part-10 file`)
  const dataSet = bytes.subarray(head.dataSetOffset)
  const { TransferSyntaxUID } = head
  const scan = new HeaderScan(TransferSyntaxUID)
  scan.push(dataSet)
  const result = scan.end()
  const text = (keyword: Keyword) => (result.kind === 'complete' ? result.attributes.text(keyword) : '')
  const identifiers = (['SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID'] as const).map(text)
  return {
    SOPClassUID: text('SOPClassUID'),
    SOPInstanceUID: text('SOPInstanceUID'),
    StudyInstanceUID: text('StudyInstanceUID'),
    isStorable: identifiers.every(isUID),
    TransferSyntaxUID,
    dataSet,
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Digest of each data set in a folder of Part-10 files, by SOP Instance UID and transfer syntax. */
export const digestsIn = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder).map((name) => {
      const { SOPInstanceUID, TransferSyntaxUID, dataSet } = readFile(join(folder, name))
      return [`${SOPInstanceUID} ${TransferSyntaxUID}`, sha256(dataSet)]
    }),
  )

/** The digests that `digestsIn` must find for files. */
export const digestsOf = (files: readonly FileContent[]): Map<string, string> =>
  new Map(
    files.map(({ SOPInstanceUID, TransferSyntaxUID, dataSet }) => [
      `${SOPInstanceUID} ${TransferSyntaxUID}`,
      sha256(dataSet),
    ]),
  )

export interface FilledReceiver {
  cache: OpenedCache
  receiver: Receiver
  port: number
  /** Everything that was logged. */
  log(): string
  stop(): Promise<void>
}

/** Puts files into a new cache under `folder` and lets a receiver answer from it. */
export async function startFilledReceiver(
  folder: string,
  files: readonly FileContent[],
  options: Partial<ReceiverOptions> = {},
): Promise<FilledReceiver> {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
  const cache = await openCache({ dataFolder: join(folder, 'data'), stationKey: Buffer.alloc(32, 5), log })
  for (const { dataSet, StudyInstanceUID: _, isStorable: __, ...request } of files) {
    const writer = cache.ingest({ ...request, origin: 'received', peer: { AETitle: 'CT1', address: '127.0.0.1' } })
    await writer.write(dataSet)
    const outcome = await writer.end()
    if (outcome.kind === 'refused') throw new Error(`${request.SOPInstanceUID} was refused: ${outcome.reason}`)
  }
  const receiver = createReceiver({ cache, log, holdings: cache, ...options })
  const problem = await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })
  if (problem) throw new Error(problem)
  return {
    cache,
    receiver,
    port: receiver.address?.port ?? 0,
    log: () => lines.join(''),
    async stop() {
      await receiver.stop(0)
      await cache.close()
    },
  }
}
