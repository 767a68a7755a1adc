/**
 * kill -9 of a headless station at random moments while four senders store, and while it starts. Afterwards every object that was answered
 * Success is there byte for byte, no object is there in part, and the index says what the packs hold.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCache } from '../../main/cache/index.ts'
import { ScuAssociation } from '../../main/dimse/index.ts'
import { createKeyFileStore } from '../../main/security/index.ts'
import { startStation } from '../helpers/station-process.ts'
import { CT_IMAGE_STORAGE, ctImage, EXPLICIT_LITTLE_ENDIAN, type TestObject } from '../main/cache/data-sets.ts'
import { StoredObjects } from './stored-objects.ts'
import { Failures, randomFrom, type Torture } from './torture.ts'

const SENDERS = 4
/** Longest time that a station receives before it is killed, ms. */
const LONGEST = 1500
/** One start in so many is killed before it is ready. */
const KILLED_STARTING = 5
/** Objects of earlier rounds that are looked at again after each. */
const LOOKED_AT_AGAIN = 50

/** The object that a number stands for: small and large ones of five studies. */
const objectOf = (number: number): TestObject =>
  ctImage({ study: 1 + (number % 5), instance: number, rows: 16 + (number % 11) * 40 })

interface Ledger {
  sent: Set<number>
  acknowledged: Set<number>
}

/** Stores objects one after the other until the connection breaks. */
const sendOn = async (port: number, next: () => number, { sent, acknowledged }: Ledger): Promise<void> => {
  try {
    const association = await ScuAssociation.open({
      ...{ host: '127.0.0.1', port, calledAETitle: 'ASTREINTE', callingAETitle: 'SENDER' },
      contexts: [{ abstractSyntax: CT_IMAGE_STORAGE, transferSyntax: EXPLICIT_LITTLE_ENDIAN }],
    })
    for (;;) {
      const number = next()
      const { request, bytes } = objectOf(number)
      sent.add(number)
      const { status } = await association.store({ ...request, dataSet: [bytes] })
      if (status === 0) acknowledged.add(number)
      else throw new Error(`status ${status.toString(16)}`)
    }
  } catch (error) {
    // The connection breaks when the station is killed: what it answered until then is what counts.
    if (!(error as { code?: string }).code) throw error
  }
}

const killLater = (child: ChildProcess, ms: number): NodeJS.Timeout => setTimeout(() => child.kill('SIGKILL'), ms)

/** Starts, perhaps kills while starting; else receives for a random time and kills. */
const playRound = async (
  folder: string,
  random: () => number,
  next: () => number,
  ledger: Ledger,
): Promise<'starting' | 'receiving'> => {
  const isKilledStarting = random() * KILLED_STARTING < 1
  const delay = random() * (isKilledStarting ? LONGEST / 2 : LONGEST)
  let timer: NodeJS.Timeout | undefined
  const started = await startStation({
    folder,
    onSpawn: (child) => {
      if (isKilledStarting) timer = killLater(child, delay)
    },
  }).catch((error: unknown) => {
    if (!isKilledStarting || !String(error).includes('ended with null')) throw error
    return null
  })
  clearTimeout(timer)
  if (!started) return 'starting'
  const sending = Array.from({ length: SENDERS }, () => sendOn(started.dicomPort, next, ledger))
  timer = killLater(started.process, delay)
  await Promise.all(sending)
  clearTimeout(timer)
  await started.kill()
  return 'receiving'
}

export const crash: Torture = {
  name: 'crash',
  async run({ length, amount, seed, progress }) {
    const rounds = amount ?? (length === 'long' ? 200 : 3)
    const random = randomFrom(seed)
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-torture-'))
    const dataFolder = join(folder, 'data')
    const failures = new Failures()
    const all: Ledger = { sent: new Set(), acknowledged: new Set() }
    let number = 0
    let killedStarting = 0
    let recoveredObjects = 0
    let longestRecovery = 0

    /** Opens the cache, which recovers, and compares `numbers` with what was sent. */
    const verify = async (numbers: Iterable<number>, round: string): Promise<void> => {
      const stationKey = await createKeyFileStore({ keyFile: join(folder, 'station.key'), dataFolder }).load()
      if (!stationKey) return
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
      const from = performance.now()
      const cache = await openCache({ dataFolder, stationKey, log })
      longestRecovery = Math.max(longestRecovery, performance.now() - from)
      const { recovery } = cache
      await cache.close()
      recoveredObjects += recovery.recoveredObjects
      if (recovery.damagedStretches + recovery.unreadablePacks + recovery.missingPacks > 0)
        failures.add(`${round}: ${JSON.stringify(recovery)}`)
      const stored = new StoredObjects(dataFolder, stationKey)
      try {
        for (const each of numbers) {
          const found = await stored.compare(objectOf(each))
          const isFine = found === 'equal' || (found === 'absent' && !all.acknowledged.has(each))
          if (!isFine)
            failures.add(`${round}: object ${each} ${all.acknowledged.has(each) ? '(Success)' : ''}: ${found}`)
        }
        for (const problem of stored.differences()) failures.add(`${round}: ${problem}`)
        const { rows, total, ofStudies, ofSeries } = stored.counts()
        if (new Set([rows, total, ofStudies, ofSeries]).size > 1)
          failures.add(`${round}: counts ${[rows, total, ofStudies, ofSeries].join(', ')}`)
      } finally {
        await stored.close()
      }
    }

    try {
      for (let round = 1; round <= rounds; round += 1) {
        const ledger: Ledger = { sent: new Set(), acknowledged: new Set() }
        const killed = await playRound(folder, random, () => ++number, ledger)
        if (killed === 'starting') killedStarting += 1
        for (const each of ledger.sent) all.sent.add(each)
        for (const each of ledger.acknowledged) all.acknowledged.add(each)
        // Every other time the next station recovers by itself.
        if (round % 2 === 0) {
          const again = Array.from({ length: LOOKED_AT_AGAIN }, () => 1 + Math.floor(random() * number))
          await verify(new Set([...ledger.sent, ...again.filter((each) => all.sent.has(each))]), `round ${round}`)
        }
        progress(`round ${round}/${rounds}: ${all.acknowledged.size} acknowledged, ${failures.count} failures`)
      }
      await verify(all.sent, 'at the end')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return {
      ...failures.result,
      rounds,
      killedStarting,
      sent: all.sent.size,
      acknowledged: all.acknowledged.size,
      recoveredObjects,
      longestRecoveryMs: Math.round(longestRecovery),
    }
  },
}
