/**
 * 200 objects a second for ten minutes, from two senders, into a headless station: all of them answered Success, at that pace, and memory that
 * does not grow after the first fifth of the time.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ScuAssociation } from '../../main/dimse/index.ts'
import { residentMemory } from '../bench/process-figures.ts'
import { startStation } from '../helpers/station-process.ts'
import { CT_IMAGE_STORAGE, ctImage, EXPLICIT_LITTLE_ENDIAN } from '../main/cache/data-sets.ts'
import { Failures, type Torture } from './torture.ts'

const RATE = 200
const SENDERS = 2
/** Objects of a study; a new one follows. */
const PER_STUDY = 500
const ROWS = 128
/** Bytes that memory may grow from the second fifth to the last. */
const MOST_GROWTH = 60_000_000

export const soak: Torture = {
  name: 'soak',
  async run({ length, amount, progress }) {
    const seconds = amount ?? (length === 'long' ? 600 : 10)
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-torture-'))
    const failures = new Failures()
    const station = await startStation({ folder })
    const memory: number[] = []
    let stored = 0
    let number = 0
    let isOver = false
    const from = performance.now()
    const elapsed = () => (performance.now() - from) / 1000
    const pixels = ctImage({ rows: ROWS }).bytes.subarray(-ROWS * ROWS * 2)
    const send = async (): Promise<void> => {
      const association = await ScuAssociation.open({
        ...{ host: '127.0.0.1', port: station.dicomPort, calledAETitle: station.aeTitle, callingAETitle: 'SENDER' },
        contexts: [{ abstractSyntax: CT_IMAGE_STORAGE, transferSyntax: EXPLICIT_LITTLE_ENDIAN }],
      })
      while (!isOver) {
        // Nobody runs ahead of the pace; who is behind does not wait.
        const mine = ++number
        const due = mine / RATE
        const early = due - elapsed()
        if (early > 0) await wait(early * 1000)
        const place = { study: 1 + Math.floor(mine / PER_STUDY), instance: mine, rows: 1 }
        const { request, bytes } = ctImage(place, { Rows: ROWS, Columns: ROWS, PixelData: pixels })
        const { status } = await association.store({ ...request, dataSet: [bytes] })
        if (status === 0) stored += 1
        else failures.add(`object ${mine}: status ${status.toString(16)}`)
      }
      await association.release()
    }
    try {
      const sending = Promise.all(Array.from({ length: SENDERS }, send))
      while (elapsed() < seconds) {
        await wait(Math.max(0, Math.min(1000, (seconds - elapsed()) * 1000)))
        memory.push(residentMemory(station.process.pid ?? 0))
        if (memory.length % 30 === 0)
          progress(`${Math.round(elapsed())} s: ${stored} stored, ${Math.round((memory.at(-1) ?? 0) / 1e6)} MB`)
      }
      isOver = true
      await sending
      const took = elapsed()
      const fifth = Math.max(1, Math.floor(memory.length / 5))
      const most = (values: readonly number[]) => Math.max(0, ...values)
      const growth = most(memory.slice(-fifth)) - most(memory.slice(fifth, 2 * fifth))
      if (growth > MOST_GROWTH) failures.add(`memory grew by ${growth} bytes`)
      if (length === 'long' && stored / took < RATE * 0.99)
        failures.add(`${(stored / took).toFixed(1)} objects a second`)
      const code = await station.stop()
      if (code !== 0) failures.add(`the station ended with ${code}`)
      return {
        ...failures.result,
        stored,
        objectsPerSecond: Number((stored / took).toFixed(1)),
        memoryBytes: { second: most(memory.slice(fifth, 2 * fifth)), last: most(memory.slice(-fifth)), growth },
      }
    } finally {
      isOver = true
      await station.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
