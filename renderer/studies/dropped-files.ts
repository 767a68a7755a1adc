/** The files of a drop or a file choice, folders walked to their ends, one by one so that sending can begin at once. */

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

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

/** One batch of a folder's entries; browsers give at most 100 at a time, and none at the end. */
const batchOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject))

/** A file, or one that could not be read, with its name. */
export type FoundFile = { name: string; file: File | null }

/** All files below `items`. A folder or file that cannot be read is told as one without `file`. */
export async function* filesIn(items: Iterable<DroppedItem>): AsyncGenerator<FoundFile> {
  for (const item of items) {
    if (item instanceof File) yield { name: item.name, file: item }
    else if (item.isFile) yield await readFile(item as FileSystemFileEntry)
    else yield* filesOfFolder(item as FileSystemDirectoryEntry)
  }
}

async function readFile(entry: FileSystemFileEntry): Promise<FoundFile> {
  try {
    return { name: entry.name, file: await fileOf(entry) }
  } catch {
    return { name: entry.name, file: null }
  }
}

async function* filesOfFolder(folder: FileSystemDirectoryEntry): AsyncGenerator<FoundFile> {
  const reader = folder.createReader()
  try {
    for (let batch = await batchOf(reader); batch.length > 0; batch = await batchOf(reader)) yield* filesIn(batch)
  } catch {
    yield { name: folder.name, file: null }
  }
}
