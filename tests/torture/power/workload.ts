/**
 * The programs that are recorded: each does what a station does, says on standard output what it was promised, and then ends or is killed.
 * `node workload.ts PHASE FOLDER`.
 */
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { backUp } from '../../../main/cache/backup/back-up.ts'
import { dataFolderAt } from '../../../main/cache/data-folder.ts'
import { type Cache, openCache, openRecords } from '../../../main/cache/index.ts'
import { nodePackFiles } from '../../../main/cache/packs/pack-files.ts'
import { StudyKeys } from '../../../main/cache/packs/study-keys.ts'
import { Store } from '../../../main/cache/store/store.ts'
import type { AuditEvent } from '../../../main/contract/audit.ts'
import { createKeyFileStore, openVault } from '../../../main/security/index.ts'
import { ctImage, store } from '../../main/cache/data-sets.ts'
import { change, newReport } from '../../main/cache/records/report-data.ts'
import { backupsIn, KEPT_STUDY, keyFileIn, objectOf, REMOVED_STUDY, type Said, templateIn } from './promises.ts'

const [phase = '', root = ''] = process.argv.slice(2)
const dataFolder = join(root, 'data')
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

const say = (said: Said): void => {
  writeSync(1, `${JSON.stringify(said)}\n`)
}

const openStationKey = async (): Promise<Uint8Array> => {
  const keyStore = createKeyFileStore({ keyFile: keyFileIn(root), dataFolder })
  const vault = await openVault({ dataFolder, keyStore })
  if (vault.kind === 'locked') throw new Error(vault.reason)
  say({ vault: Buffer.from(vault.stationKey).toString('hex') })
  return vault.stationKey
}

/** The workload's own syncs are not those that are left out. */
const writeSynced = (path: string, text: string): void => {
  const descriptor = openSync(path, 'wx', 0o600)
  writeSync(descriptor, text)
  fsyncSync(descriptor)
  closeSync(descriptor)
}
const syncFolder = (path: string): void => {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

/** No waiting, no closing: the process is gone. */
const die = async (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

/** A station's cache and records at work. */
const openStation = async () => {
  const stationKey = await openStationKey()
  const records = await openRecords({ dataFolder, stationKey, log })
  const chosen = await records.choices.chosen()
  const cache = await openCache({ dataFolder, stationKey, log, chosen, reserveBytes: 0 })
  const keys = new StudyKeys(dataFolderAt(dataFolder), stationKey)
  let seq = 0
  return {
    cache,
    records,
    stationKey,
    tellKeys: () => say({ keys: keys.list() }),
    store: async (number: number): Promise<void> => {
      const outcome = await store(cache, objectOf(number), 20_000)
      if (outcome.kind !== 'stored' && outcome.kind !== 'duplicate')
        throw new Error(`object ${number} was ${outcome.kind}`)
      say({ stored: number, instanceKey: outcome.instanceKey })
    },
    saveDocument: async (number: number): Promise<void> => {
      await records.notes.saveDocument('number', String(number))
      say({ document: number })
    },
    write: async (reportId: string, number: number): Promise<void> => {
      seq = (await records.reports.get(reportId))?.seq ?? 0
      const changes = [change(String(number), seq === 0 ? 0 : 1)]
      const { kind } = await records.reports.append({ reportId, after: seq, changes, at: '2026-02-03T10:00:00.000Z' })
      if (kind !== 'saved') throw new Error(`the change was ${kind}`)
      say({ report: number, reportId })
    },
    note: async (count: number): Promise<void> => {
      const { seq: last } = await records.audit.append(Array.from({ length: count }, () => noted))
      say({ audit: last })
    },
    close: async (): Promise<void> => {
      await records.close()
      await cache.close()
    },
  }
}

const noted: AuditEvent = {
  ...{ kind: 'started', EventID: '110100', EventActionCode: 'E', EventDateTime: '2026-01-15T10:00:00.000Z' },
  ...{ EventOutcomeIndicator: 0, ActiveParticipant: [], ParticipantObject: [], detail: {} },
}

const REPORT = '00000000-0000-4000-8000-000000000001'

/** An object so large that it gets a pack before its study is known, and whose study never is. */
const nameless = () => {
  const object = ctImage({ rows: 800 }, { PixelData: Buffer.alloc(1_200_000, 1) })
  const at = object.bytes.indexOf(Buffer.from([0x20, 0, 0x0d, 0]))
  const end = at + 8 + object.bytes.readUInt16LE(at + 6)
  return { ...object, bytes: Buffer.concat([object.bytes.subarray(0, at), object.bytes.subarray(end)]) }
}

const AT = '2026-02-03T11:00:00.000Z'

/** What a person or an archive has the index note. */
async function noteAll(cache: Cache): Promise<void> {
  const note = async (noted: string, value: string, work: Promise<unknown>): Promise<void> => {
    await work
    say({ noted, value })
  }
  await note('opened', AT, cache.markOpened(KEPT_STUDY, AT))
  await note('awaited', '77', cache.expectInstances(KEPT_STUDY, 77))
  const { request, bytes } = objectOf(3)
  const { SOPInstanceUID } = request
  const instanceKey = (await cache.findInstance({ SOPInstanceUID })) ?? -1
  const proof = { instanceKey, archive: 'archive', sentAt: AT, archivedAt: AT, proof: 'read-back' as const }
  await note('proof', AT, cache.saveArchiveProofs([proof]))
  await cache.saveArchiveProofs([{ ...proof, archive: 'lost' }])
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const lost = { SOPInstanceUID, sha256, archive: 'lost', withdrawnAt: AT }
  await note('withdrawn', '0', cache.withdrawProofs([lost]))
}

const phases: Record<string, () => Promise<unknown>> = {
  /** A new data folder: objects, alone and at once, a refused one, documents, a report and its copy; an orderly end. */
  async begin() {
    const station = await openStation()
    await station.store(1)
    await station.saveDocument(1)
    await Promise.all([2, 3, 4, 5].map(station.store))
    await station.records.reports.create(newReport({ reportId: REPORT }))
    for (const number of [1, 2]) await station.write(REPORT, number)
    await station.note(2)
    await station.records.copy()
    say({ copied: 2 })
    const refused = nameless()
    const writer = station.cache.ingest(refused.request)
    await writer.write(refused.bytes.subarray(0, 600_000))
    // Beside one that is on its way.
    await station.store(6)
    await writer.write(refused.bytes.subarray(600_000))
    await writer.end()
    station.tellKeys()
    await station.saveDocument(2)
    await station.write(REPORT, 3)
    await station.close()
  },
  /** Stores alone, so that the index's log is first synced when closing takes it over. */
  async storeOn() {
    const station = await openStation()
    await Promise.all([16, 18, 20, 21, 23, 25].map(station.store))
    await station.close()
  },
  /** Goes on in the same packs, and is killed. */
  async goOn() {
    const station = await openStation()
    await Promise.all([7, 8, 9, 10, 3].map(station.store))
    await station.saveDocument(3)
    await station.write(REPORT, 4)
    await station.store(11)
    await noteAll(station.cache)
    return die()
  },
  /** Killed with records that nobody synced, one of them in part, in old packs and in a new one. */
  async killedUnsynced() {
    const stationKey = await openStationKey()
    const nothing = () => undefined
    const unsynced = new Store({
      ...{ dataFolder, stationKey, reserve: 0, packLimit: 1024 ** 3 },
      ...{ onIndexed: nothing, onDiskFull: nothing, onProblem: nothing },
      files: { ...nodePackFiles, sync: () => new Promise(nothing) },
    })
    for (const number of [12, 13]) {
      const { request, bytes } = objectOf(number)
      const session = unsynced.begin(request)
      session.write(bytes)
      unsynced.finish(session, nothing)
    }
    for (const part of [objectOf(15), ctImage({ study: 3, rows: 300 })]) {
      const session = unsynced.begin(part.request)
      session.write(part.bytes.subarray(0, 100_000))
    }
    return die()
  },
  /** Recovers, tells senders that it has what it recovered, removes a study, and ends. */
  async recover() {
    const station = await openStation()
    station.tellKeys()
    await Promise.all([12, 13].map(station.store))
    await station.saveDocument(4)
    await station.store(14)
    say({ removing: true })
    const { kind } = await station.cache.removeStudy({ StudyInstanceUID: REMOVED_STUDY, archive: null })
    if (kind !== 'removed') throw new Error(`the study was ${kind}`)
    say({ removed: true })
    station.tellKeys()
    await station.close()
  },
  /** The records are damaged and restored from their copy; writing goes on. */
  async restore() {
    say({ damaging: true })
    const descriptor = openSync(dataFolderAt(dataFolder).records, 'r+')
    writeSync(descriptor, Buffer.alloc(8192, 0xa5), 0, 8192, 0)
    fsyncSync(descriptor)
    closeSync(descriptor)
    const station = await openStation()
    say({ restored: 2 })
    await station.write(REPORT, 5)
    return die()
  },
  /** A site's own template is put there; everything is copied while the station runs. */
  async backUp() {
    const template = templateIn(dataFolder)
    mkdirSync(dirname(template), { recursive: true })
    writeSynced(template, '{}')
    for (const folder of [dirname(template), dataFolder]) syncFolder(folder)
    const station = await openStation()
    await station.store(17)
    await station.note(1)
    const makeBackup = async (now: Date): Promise<void> => {
      say({ backingUp: true })
      const { stationKey } = station
      const { folder, missingPacks } = await backUp({ dataFolder, stationKey, to: backupsIn(root), now: () => now })
      if (missingPacks > 0) throw new Error(`${missingPacks} packs are missing`)
      say({ backup: basename(folder) })
    }
    await makeBackup(new Date(AT))
    await station.store(19)
    // The second one shares with the first what is the same.
    await makeBackup(new Date(Date.parse(AT) + 60_000))
    return die()
  },
}

await phases[phase]?.()
