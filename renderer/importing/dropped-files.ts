/** The files of a drop or a file choice, folders walked to their ends, one by one so that looking can begin at once. */

/** What a drop holds, taken in the event itself: the browser forgets it afterwards. */
export type DroppedItem = File | FileSystemEntry

/** Takes the entries of a drop; call it synchronously in the event. */
export function takeDropped(transfer: DataTransfer): DroppedItem[] {
  return [...transfer.items].flatMap((item) => {
    if (item.kind !== 'file') return []
    const taken = item.webkitGetAsEntry() ?? item.getAsFile()
    return taken === null ? [] : [taken]
  })
}

/** A file, or one that could not be read, with its path below what was given. */
export type FoundFile = { name: string; file: File | null }

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

/** One batch of a folder's entries; browsers give at most 100 at a time, and none at the end. */
const batchOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject))

const nameOf = (item: DroppedItem): string => {
  if (!(item instanceof File)) return item.fullPath.replace(/^\//, '')
  return item.webkitRelativePath || item.name
}

const isDirectory = (item: DroppedItem): boolean => /(^|\/)DICOMDIR$/i.test(nameOf(item))

/** A DICOMDIR comes first, so that it is known before the files that it names. */
const ordered = <T extends DroppedItem>(items: Iterable<T>): T[] => {
  const all = [...items]
  return [...all.filter(isDirectory), ...all.filter((item) => !isDirectory(item))]
}

/** What was given, in a person's words: names of files, and of the folders that were chosen. */
export const givenNames = (items: Iterable<DroppedItem>): string[] => [
  ...new Set([...items].map((item) => nameOf(item).split('/', 1)[0] ?? '')),
]

/** All files below `items`. A folder or file that cannot be read is told as one without `file`. */
export async function* filesIn(items: Iterable<DroppedItem>): AsyncGenerator<FoundFile> {
  for (const item of ordered(items)) {
    if (item instanceof File) yield { name: nameOf(item), file: item }
    else if (item.isFile) yield await readFile(item as FileSystemFileEntry)
    else yield* filesOfFolder(item as FileSystemDirectoryEntry)
  }
}

async function readFile(entry: FileSystemFileEntry): Promise<FoundFile> {
  return { name: nameOf(entry), file: await fileOf(entry).catch(() => null) }
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[] | null> {
  const reader = folder.createReader()
  const entries: FileSystemEntry[] = []
  try {
    for (let batch = await batchOf(reader); batch.length > 0; batch = await batchOf(reader)) entries.push(...batch)
    return entries
  } catch {
    return null
  }
}

async function* filesOfFolder(folder: FileSystemDirectoryEntry): AsyncGenerator<FoundFile> {
  const entries = await entriesOf(folder)
  if (entries) yield* filesIn(entries)
  else yield { name: nameOf(folder), file: null }
}
