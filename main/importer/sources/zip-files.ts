/**
 * The files in a ZIP archive, by its central directory (APPNOTE.TXT §4.3.12). Nothing of it is ever written under a name that the archive
 * gives. What it may cost is bounded by what it is: a bomb is refused before anything of it is inflated.
 */
import { crc32 } from 'node:zlib'
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  openPromise,
  validateFileName,
  type ZipFile,
} from 'yauzl'
import { ArchiveDamage, type Found, type FoundFile } from './found-file.ts'
import { RangeReader } from './range-reader.ts'

export const zipLimits = {
  entries: 200_000,
  /** Bytes that all entries together may inflate to, whatever the size of the archive, and beyond it a multiple of that size. */
  freeExpansion: 1024 ** 3,
  expansion: 100,
} as const

/** Why an archive is not opened. */
export type ZipRefusal = 'archive-damaged' | 'archive-too-large'

export type OpenedZip =
  | { kind: 'opened'; found: Found[]; close(): void }
  /** Nothing of it is taken. */
  | { kind: 'refused'; reason: ZipRefusal }

/** ZIP archives begin with a local header, empty ones with the end of the central directory. */
export const looksLikeZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6))

const nameOf = (entry: Entry): string =>
  getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)

async function* contents(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  let sum = 0
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      sum = crc32(chunk, sum)
      yield chunk
    }
  } catch (cause) {
    throw new ArchiveDamage('An archived file cannot be read', { cause })
  }
  if (sum !== entry.crc32) throw new ArchiveDamage('An archived file is not what its archive says')
}

function foundEntry(zip: ZipFile, entry: Entry, archive: string): Found | null {
  const inner = nameOf(entry)
  const name = `${archive}/${inner}`
  if (validateFileName(inner) !== null) return { kind: 'refused', name, reason: 'unsafe-name' }
  if (inner.endsWith('/')) return null
  if (entry.isEncrypted()) return { kind: 'refused', name, reason: 'encrypted' }
  if (!entry.canDecodeFileData()) return { kind: 'refused', name, reason: 'unknown-compression' }
  const file: FoundFile = { name, bytes: entry.uncompressedSize, read: () => contents(zip, entry) }
  return { kind: 'file', file }
}

/** Bytes of an entry's two headers without its name (APPNOTE.TXT §4.3.7, §4.3.12). */
const HEADERS = 30 + 46

/** Entries that share bytes make a small archive large without end: together they may not be longer than the archive. */
const isBomb = (entries: readonly Entry[], archiveBytes: number): boolean => {
  const compressed = entries.reduce(
    (sum, { compressedSize, fileNameLength }) => sum + HEADERS + 2 * fileNameLength + compressedSize,
    0,
  )
  const inflated = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
  return compressed > archiveBytes || inflated > zipLimits.freeExpansion + zipLimits.expansion * archiveBytes
}

async function entriesOf(zip: ZipFile): Promise<Entry[] | null> {
  if (zip.entryCount > zipLimits.entries) return null
  const entries: Entry[] = []
  for await (const entry of zip.eachEntry()) {
    entries.push(entry)
    if (entries.length > zipLimits.entries) return null
  }
  return entries
}

const isDirectory = ({ kind, ...found }: Found): boolean =>
  kind === 'file' && 'file' in found && /(^|\/)DICOMDIR$/i.test(found.file.name)

const options = { autoClose: false, decodeStrings: false, lazyEntries: true } as const

/** A file that lies on this computer is read by itself, any other by its ranges. */
const openAt = ({ path, bytes, readRange }: ArchiveFile): Promise<ZipFile> =>
  path === undefined
    ? fromRandomAccessReaderPromise(new RangeReader(readRange, bytes), bytes, options)
    : openPromise(path, options)

/** A file that can be read at any place. */
export type ArchiveFile = FoundFile & Required<Pick<FoundFile, 'readRange'>>

/** Opens an archive. Its files can be read until `close`. */
export async function openZip(file: ArchiveFile): Promise<OpenedZip> {
  let zip: ZipFile | null = null
  try {
    zip = await openAt(file)
    const opened = zip
    // An error of the file would otherwise have nobody to hear it, and end the process.
    opened.on('error', () => undefined)
    const entries = await entriesOf(opened)
    if (entries === null || isBomb(entries, opened.fileSize)) {
      opened.close()
      return { kind: 'refused', reason: 'archive-too-large' }
    }
    const found = entries.map((entry) => foundEntry(opened, entry, file.name)).filter((each) => each !== null)
    const [directories, others] = [found.filter(isDirectory), found.filter((each) => !isDirectory(each))]
    return { kind: 'opened', found: [...directories, ...others], close: () => opened.close() }
  } catch {
    if (zip?.isOpen) zip.close()
    return { kind: 'refused', reason: 'archive-damaged' }
  }
}
