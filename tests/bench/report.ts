/**
 * Writing a report: from a key to the durable answer, over the real call of a headless station, while nothing else happens and while four
 * senders store CT images as fast as they can. Each key replaces a paragraph of 400 characters, as the editor does.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'
import { importFiles } from '../helpers/import-files.ts'
import { type StationProcess, startStation } from '../helpers/station-process.ts'
import { type StationWindow, signInAt } from '../helpers/station-window.ts'
import { typedParagraph } from '../helpers/typing.ts'
import { writeCTFolders } from './ct-files.ts'
import { median } from './process-figures.ts'
import type { Bench } from './run.ts'

/** ms from a key to its durable answer, 95 of 100. */
const TARGET_P95 = 16
const KEYS = 200
/** ms between two keys: faster than anybody types. */
const PACE = 40
const PARAGRAPH = 400
const SENDERS = 4
const OBJECTS = 30

const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits))

const percentile = (values: readonly number[], part: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

const figuresOf = (times: readonly number[]) => ({
  p50: rounded(percentile(times, 0.5)),
  p95: rounded(percentile(times, 0.95)),
  p99: rounded(percentile(times, 0.99)),
  max: rounded(Math.max(...times)),
})

/** A report that is being written, key by key. */
class Writing {
  readonly #window: StationWindow
  readonly #reportId: string
  #seq = 0
  #text = 'Absence d’hémorragie. '.repeat(PARAGRAPH).slice(0, PARAGRAPH)

  constructor(window: StationWindow, reportId: string) {
    this.#window = window
    this.#reportId = reportId
  }

  /** Types `keys` keys at a steady pace; gives the ms that each took. */
  async type(keys: number): Promise<number[]> {
    const times: number[] = []
    for (let key = 0; key < keys; key += 1) {
      const from = performance.now()
      times.push(await this.#key())
      await wait(Math.max(0, PACE - (performance.now() - from)))
    }
    return times
  }

  async #key(): Promise<number> {
    const at = this.#seq % PARAGRAPH
    const letter = String.fromCharCode(97 + (this.#seq % 26))
    this.#text = this.#text.slice(0, at) + letter + this.#text.slice(at + 1)
    const changes = [typedParagraph(this.#text)]
    const from = performance.now()
    const answer = await this.#window.client.reports.append.mutate({
      reportId: this.#reportId,
      after: this.#seq,
      changes,
    })
    const time = performance.now() - from
    if (answer.kind !== 'saved') throw new Error(`a key was answered ${answer.kind}`)
    this.#seq = answer.seq
    return time
  }
}

/** ms of appends of 4 KiB with fdatasync, one every {@link PACE} ms. */
async function bareFdatasync(folder: string, count: number): Promise<number[]> {
  const path = join(folder, 'fdatasync')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4_096, 1)
  const times: number[] = []
  for (let n = 0; n < count; n += 1) {
    const from = performance.now()
    writeSync(file, block)
    fdatasyncSync(file)
    times.push(performance.now() - from)
    await wait(PACE)
  }
  closeSync(file)
  rmSync(path)
  return times
}

/**
 * Sends new objects with {@link SENDERS} associations, over and over, until it is stopped; tells how many arrived and in how many s. The
 * files are written before: here and now, that would hold up the answers that are measured. storescu gives each object a UID of its own.
 */
function sendOn(station: StationProcess, folder: string): { stop(): Promise<{ objects: number; seconds: number }> } {
  const folders = writeCTFolders(join(folder, 'sent'), 512, SENDERS, OBJECTS)
  const asNew = ['+II', '+IR', String(OBJECTS), '+IS', '1']
  let isOn = true
  let objects = 0
  const from = performance.now()
  const send = async (each: string): Promise<void> => {
    while (isOn) {
      const address = ['-aec', station.aeTitle, '127.0.0.1', String(station.dicomPort)]
      const { code, output } = await dcmtk('storescu', [...address, ...asNew, '+sd', '+r', each], 300_000)
      if (code !== 0) throw new Error(`storescu failed: ${output.slice(0, 2000)}`)
      objects += OBJECTS
    }
  }
  const sending = Promise.all(folders.map(send))
  return {
    async stop() {
      isOn = false
      await sending
      return { objects, seconds: (performance.now() - from) / 1000 }
    },
  }
}

/** ms of calls that the station answers from memory, one every {@link PACE} ms: what the machine takes for the way there and back. */
async function bareCalls({ client }: StationWindow, count: number): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < count; n += 1) {
    const from = performance.now()
    await client.archive.configuration.query({})
    times.push(performance.now() - from)
    await wait(PACE)
  }
  return times
}

async function beginWriting(window: StationWindow, folder: string): Promise<Writing> {
  await importFiles(window, writeCTFolders(join(folder, 'study'), 16, 1, 1))
  const { rows } = await window.client.studies.list.query({})
  const created = await window.client.reports.create.mutate({
    StudyInstanceUID: rows[0]?.StudyInstanceUID ?? '',
    templateId: 'free-text',
    language: 'fr',
  })
  if (created.kind !== 'created') throw new Error(`no report: ${created.kind}`)
  return new Writing(window, created.report.reportId)
}

export const report: Bench = {
  name: 'report',
  async run({ rounds, progress }) {
    if (!hasTool('storescu')) throw new Error('not installed: storescu')
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-bench-'))
    const [loadBefore = 0] = loadavg()
    const station = await startStation({ folder: join(folder, 'astreinte') })
    try {
      const window = await signInAt(station.dataFolder)
      const writing = await beginWriting(window, folder)
      await writing.type(50)
      const quiet: number[] = []
      const receiving: number[] = []
      const bare = { quiet: [] as number[], receiving: [] as number[] }
      const calls = { quiet: [] as number[], receiving: [] as number[] }
      const rates: number[] = []
      for (let round = 1; round <= rounds; round += 1) {
        bare.quiet.push(...(await bareFdatasync(folder, 50)))
        calls.quiet.push(...(await bareCalls(window, 50)))
        quiet.push(...(await writing.type(KEYS)))
        const sending = sendOn(station, folder)
        try {
          receiving.push(...(await writing.type(KEYS)))
          bare.receiving.push(...(await bareFdatasync(folder, 50)))
          calls.receiving.push(...(await bareCalls(window, 50)))
        } finally {
          const { objects, seconds } = await sending.stop()
          rates.push(objects / seconds)
        }
        progress(
          `round ${round}/${rounds}  p95 quiet ${figuresOf(quiet).p95} ms, receiving ${figuresOf(receiving).p95} ms`,
        )
      }
      const rows = { quiet: figuresOf(quiet), receiving: figuresOf(receiving) }
      return {
        rounds,
        machine: { cores: availableParallelism(), loadBefore: rounded(loadBefore) },
        keys: KEYS * rounds,
        msFromKeyToDurable: rows,
        callMs: { quiet: figuresOf(calls.quiet), receiving: figuresOf(calls.receiving) },
        fdatasyncMs: { quiet: figuresOf(bare.quiet), receiving: figuresOf(bare.receiving) },
        receivedObjectsPerSecond: rounded(median(rates), 1),
        targets: { p95: TARGET_P95 },
        holds: { quiet: rows.quiet.p95 <= TARGET_P95, receiving: rows.receiving.p95 <= TARGET_P95 },
        ok: rows.quiet.p95 <= TARGET_P95 && rows.receiving.p95 <= TARGET_P95,
      }
    } finally {
      await station.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
