/** The audit log within the station: who acts, what of the services is noted, and the contract's calls. Nothing waits for it. */
import { userInfo } from 'node:os'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  activityEvent,
  backupEvent,
  brokenEvent,
  type CameCount,
  cameEvent,
  createJournal,
  deletedEvent,
  exportedEvent,
  gather,
  gatherWent,
  importedEvent,
  type Noted,
  readEvent,
  readFromOutsideEvent,
  type StudyIdentity,
  versionEvent,
  type WentCount,
  type Who,
  wentEvents,
} from './audit/index.ts'
import {
  type BackupEnd,
  type Cache,
  findAudit,
  type OpenedCache,
  type OpenedRecords,
  verifyAudit,
} from './cache/index.ts'
import type { HandlersOf } from './contract/define.ts'
import type { ExportRequest, ExportState } from './contract/exporter.ts'
import type { Intake } from './contract/importer.ts'
import type { StationContract } from './contract/index.ts'
import type { StudyAccess, TurnedAway } from './http/index.ts'
import type { Receiver } from './receiver/index.ts'
import type { StationOptions } from './station-options.ts'
import type { Problems } from './station-problems.ts'

/** ms for which looking at the log again is the same look. */
const ONE_LOOK = 600_000

/** Reads that are remembered for it. */
const MOST_READS = 10_000

/** What acts by itself. */
const STATION: Who = { UserID: 'ASTREINTE' }

export interface StationAudit {
  /** Takes note; never throws and never waits. */
  note(event: Noted): void
  /** Who acts in the windows: the reader, or the account of the system as long as nobody is set up. */
  who(): Who
  /** The reader changed. */
  readWho(): Promise<void>
  /** Whose study it is; only the UID when that cannot be told. */
  identify(StudyInstanceUID: string): Promise<StudyIdentity>
  /** Removes a study as the cache does, and notes it with whose it was: nobody can tell afterwards. */
  removeStudy: Cache['removeStudy']
  /** A client of DICOMweb was turned away. */
  turnedAway(attempt: TurnedAway): void
  /** A client of DICOMweb was given something of a study; the same again is told only after a while. */
  readFromOutside(access: Omit<StudyAccess, 'client'> & { client: Pick<StudyAccess['client'], 'id' | 'name'> }): void
  /** What is removed while the returned function was not called is removed by a person. */
  byPerson(StudyInstanceUID: string): () => void
  /** An object went to the archive of this name. */
  accepted(StudyInstanceUID: string, archive: string, how: string): void
  importEnded(state: Intake): void
  exportEnded(state: ExportState, request: Pick<ExportRequest, 'StudyInstanceUIDs'>): void
  versionChosen(StudyInstanceUID: string): void
  /** Written at once: a station that is killed must not leave a copy that nothing tells of. */
  backupBegun(to: string): void
  backupEnded(to: string, end: BackupEnd): void
  /** Says whether the log is what it was, and begins to note what comes. */
  start(receiver: Pick<Receiver, 'onChange'>): Promise<void>
  readonly calls: HandlersOf<StationContract>['audit']
  /** Notes the end and writes what waits. */
  close(): Promise<void>
}

interface AuditedServices {
  cache: OpenedCache
  records: OpenedRecords
  /** What was given to import last: paths, or names of what was dropped. */
  medium(): readonly string[]
}

/** Studies that one entry names; more are counted. */
const NAMED_STUDIES = 100

/** A path as an address; what has none by its name. */
export const addressOf = (given: string): string => (isAbsolute(given) ? pathToFileURL(given).href : given)

/** The account of the system, where it has a name. */
export const account = (): string => {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}

/** The audit log kept in `records`. */
export function createStationAudit(
  { cache, records, medium }: AuditedServices,
  { host, log }: Pick<StationOptions, 'host' | 'log'>,
  problems: Problems,
): StationAudit {
  let who: Who = { UserID: account() }
  let lookedAt = Number.NEGATIVE_INFINITY
  /** When each client read of each study. */
  const readAt = new Map<string, number>()
  const removing = new Set<string>()
  const endings: (() => void)[] = []
  const journal = createJournal({
    append: (events) => records.audit.append(events),
    onFailing: (isFailing, lost) => {
      if (isFailing) log.error({ lost }, 'the audit log is not written as it should be')
      problems.set('audit-not-written', isFailing, lost > 0 ? String(lost) : '')
    },
    now: () => new Date(),
  })

  const identify = async (StudyInstanceUID: string): Promise<StudyIdentity> => {
    const found = await cache.getStudy(StudyInstanceUID).catch(() => null)
    if (!found) return { StudyInstanceUID }
    const { PatientID, PatientName, AccessionNumber } = found.study
    return { StudyInstanceUID, PatientID, PatientName, AccessionNumber }
  }
  const noteCame = async (StudyInstanceUID: string, count: CameCount): Promise<void> => {
    const row = (await cache.getStudy(StudyInstanceUID).catch(() => null))?.study
    const kind = row?.origin ?? 'received'
    const from = kind === 'received' || kind === 'retrieved' ? { UserID: row?.sender || 'unknown' } : who
    const study = row ?? { StudyInstanceUID }
    const source = medium().map(addressOf).join(' ')
    journal.note(cameEvent({ kind, study, from, to: STATION.UserID, ...(source ? { medium: source } : {}), ...count }))
  }
  const identifyAll = (UIDs: readonly string[]): Promise<StudyIdentity[]> =>
    Promise.all([...new Set(UIDs)].slice(0, NAMED_STUDIES).map(identify))
  const noteWent = async ({ StudyInstanceUID, to, address, requestor, ...count }: WentCount): Promise<void> => {
    const study = await identify(StudyInstanceUID)
    const receiver = { UserID: to, ...(address ? { NetworkAccessPointID: address } : {}) }
    const events = wentEvents({ study, from: STATION.UserID, to: receiver, requestor: { UserID: requestor }, ...count })
    for (const event of events) journal.note(event)
  }
  const leaving = gatherWent(noteWent)
  /** In the background: nothing waits for it. */
  const soon = (work: () => Promise<void>): void => void work().catch(() => undefined)
  const gathering = gather(noteCame, (event) => journal.note(event))

  return {
    note: (event) => journal.note(event),
    who: () => who,
    async readWho() {
      const profile = await records.profile.profile().catch(() => null)
      who = profile
        ? { UserID: profile.RPPS, UserName: `${profile.givenName} ${profile.familyName}` }
        : { UserID: account() }
    },
    identify,
    turnedAway: ({ name, remoteAddress, reason }) =>
      gathering.ended({
        ...{ at: '', callingAETitle: name, remoteAddress, outcome: 'refused-connection' },
        ...{ stored: 0, duplicates: 0, versions: 0, failed: 0 },
        reasons: [{ code: reason, count: 1, detail: '' }],
      }),
    readFromOutside({ client, remoteAddress, StudyInstanceUID }) {
      const key = `${client.id} ${StudyInstanceUID}`
      const isSame = Date.now() - (readAt.get(key) ?? Number.NEGATIVE_INFINITY) <= ONE_LOOK
      if (isSame) return
      if (readAt.size >= MOST_READS) readAt.clear()
      readAt.set(key, Date.now())
      void identify(StudyInstanceUID).then((study) =>
        journal.note(readFromOutsideEvent(client.name, remoteAddress, study)),
      )
    },
    byPerson(StudyInstanceUID) {
      removing.add(StudyInstanceUID)
      return () => removing.delete(StudyInstanceUID)
    },
    async removeStudy(request) {
      const study = await identify(request.StudyInstanceUID)
      const outcome = await cache.removeStudy(request)
      if (outcome.kind === 'removed') {
        const isPerson = removing.has(request.StudyInstanceUID)
        const isArchived = request.archive !== null
        journal.note(deletedEvent(isPerson ? who : STATION, study, { bytes: outcome.bytes, isArchived }))
      }
      return outcome
    },
    accepted(StudyInstanceUID, archive, how) {
      const requestor = STATION.UserID
      leaving.went({ StudyInstanceUID, to: archive, requestor, how, objects: 1, failed: 0 })
    },
    importEnded({ state, given, patients, progress, refusedTotal }) {
      const studies = patients.flatMap((patient) => patient.studies.map((study) => ({ ...patient, ...study })))
      const { stored, duplicate, version } = progress.counts
      const counts = { state, stored, duplicate, version, refused: refusedTotal, studies: studies.length }
      const medium = given.map(addressOf).join(' ')
      journal.note(importedEvent(who, studies.slice(0, NAMED_STUDIES), medium, counts))
    },
    exportEnded({ state, path, form, isDeidentified, objects, finished, leftOut, fault }, { StudyInstanceUIDs }) {
      soon(async () => {
        const missing = leftOut.reduce((sum, { count }) => sum + count, 0)
        const counts = { objects: finished - missing, leftOut: objects - finished + missing }
        const detail = { state, form, isDeidentified, ...counts, ...(fault ? { reason: fault } : {}) }
        journal.note(exportedEvent(who, await identifyAll(StudyInstanceUIDs), addressOf(path), detail))
      })
    },
    versionChosen(StudyInstanceUID) {
      soon(async () => journal.note(versionEvent(who, await identify(StudyInstanceUID))))
    },
    backupBegun(to) {
      journal.note(backupEvent(who, addressOf(to), { state: 'begun' }))
      void journal.flush()
    },
    backupEnded(to, end) {
      const state = end.kind
      const detail =
        end.kind === 'done' ? { bytes: end.backup.bytes } : end.kind === 'failed' ? { reason: end.code } : {}
      journal.note(backupEvent(who, addressOf(end.kind === 'done' ? end.backup.folder : to), { state, ...detail }))
    },
    async start(receiver) {
      await this.readWho()
      const fault = await records.audit.headFault().catch(() => ({ reason: 'head-unreadable', seq: 0 }))
      problems.set('audit-broken', fault !== null, fault ? `${fault.reason} ${fault.seq}` : '')
      if (fault) journal.note(brokenEvent(STATION, fault))
      journal.note(activityEvent('started', who, host.kind))
      endings.push(
        cache.onStored((changes) => gathering.came(changes)),
        receiver.onChange((change) => {
          if (change.kind === 'receiverEvent') gathering.ended(change.event)
          if (change.kind === 'objectsSent') leaving.went(change.sent)
        }),
      )
    },
    calls: {
      entries: async (filter) => {
        if (Date.now() - lookedAt > ONE_LOOK) journal.note(readEvent(who))
        lookedAt = Date.now()
        await journal.flush()
        const entries = await findAudit(records.audit, filter)
        return { entries: entries.slice(0, filter.limit), isMore: entries.length > filter.limit }
      },
      persons: () => records.audit.persons(),
      verify: async () => {
        await journal.flush()
        return verifyAudit(records.audit)
      },
    },
    async close() {
      // What was answered a moment ago is told once it is indexed; any question to the index waits for that.
      await cache.totals().catch(() => undefined)
      for (const end of endings) end()
      await gathering.close()
      await leaving.close()
      if (endings.length > 0) journal.note(activityEvent('stopped', who, host.kind))
      await journal.close()
    },
  }
}
