/**
 * Offers dropped or chosen files to the station, which looks at them as at any other intake: this window holds them and gives the bytes that
 * are wanted, until no more are.
 */
import type { WantedRead } from '../../main/contract/importer.ts'
import { stationClient } from '../services/client.ts'
import { stationFetch } from '../services/connection.ts'
import { type DroppedItem, type FoundFile, filesIn, givenNames } from './dropped-files.ts'
import { refreshIntakes, showIntake } from './intakes.ts'

/** Requests on their way at once: the window's six connections are also needed for pictures. */
const PARALLEL = 2
/** Files told in one call. */
const BATCH = 200

/** Whether bytes can still be read: `fetch` fails alike for a gone file and a gone station. */
const isReadable = (bytes: Blob): Promise<boolean> =>
  bytes
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )

class Offer {
  readonly #intakeId: string
  readonly #files: (File | null)[] = []
  /** Reads that wait here or are being answered, by their id. */
  readonly #known = new Set<string>()
  #waiting: WantedRead[] = []
  #sending = 0
  isWanted = true

  constructor(intakeId: string) {
    this.#intakeId = intakeId
    const subscription = stationClient.importer.wantedReads.subscribe(
      { intakeId },
      {
        onData: ({ data }) => this.#take(data.reads),
        onComplete: () => {
          this.isWanted = false
          subscription.unsubscribe()
          this.#files.length = 0
          this.#waiting = []
        },
      },
    )
  }

  /** Tells of more files, in the order of their numbers. */
  async tell(found: readonly FoundFile[], isAll: boolean): Promise<void> {
    const readable = found.flatMap(({ name, file }) => (file ? [{ name, file }] : []))
    this.#files.push(...readable.map(({ file }) => file))
    await stationClient.importer.addOffered.mutate({
      intakeId: this.#intakeId,
      files: readable.map(({ name, file }) => ({ name: name.slice(-4_096), bytes: file.size })),
      unreadable: found.flatMap(({ name, file }) => (file ? [] : [name.slice(-4_096)])),
      isAll,
    })
  }

  #take(reads: readonly WantedRead[]): void {
    for (const read of reads) {
      if (this.#known.has(read.readId)) continue
      this.#known.add(read.readId)
      this.#waiting.push(read)
    }
    while (this.#sending < PARALLEL && this.#waiting.length > 0) void this.#work()
  }

  async #work(): Promise<void> {
    this.#sending += 1
    for (let read = this.#waiting.shift(); read; read = this.#waiting.shift()) {
      // A station that does not answer tells the read again when it is back.
      await this.#give(read).catch(() => undefined)
      this.#known.delete(read.readId)
    }
    this.#sending -= 1
  }

  async #give({ readId, file, start, end }: WantedRead): Promise<void> {
    const which = { intakeId: this.#intakeId, readId }
    const bytes = this.#files[file]?.slice(start, end)
    if (!bytes || !(await isReadable(bytes))) {
      await stationClient.importer.cannotRead.mutate(which)
      return
    }
    const headers = { 'content-type': 'application/octet-stream' }
    try {
      await stationFetch(`/import/offered?${new URLSearchParams(which)}`, { method: 'POST', body: bytes, headers })
    } catch (error) {
      if (!(await isReadable(bytes))) await stationClient.importer.cannotRead.mutate(which)
      throw error
    }
  }
}

/** Offers everything below `items` and shows what is found in it. */
export async function offerFiles(items: readonly DroppedItem[]): Promise<void> {
  const given = givenNames(items)
    .slice(0, 1_000)
    .map((name) => name.slice(0, 1_024))
  const { intakeId } = await stationClient.importer.offer.mutate({ given })
  const offer = new Offer(intakeId)
  refreshIntakes()
  showIntake(intakeId)
  let batch: FoundFile[] = []
  for await (const found of filesIn(items)) {
    if (!offer.isWanted) return
    batch.push(found)
    if (batch.length < BATCH) continue
    await offer.tell(batch, false)
    batch = []
  }
  await offer.tell(batch, true)
}
