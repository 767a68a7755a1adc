/** The services of an open data folder, built from the station key and plain arguments, started and stopped in order. */
import { type Archive, type ArchiveChange, createArchive } from './archive/index.ts'
import {
  completeIndex,
  createScrub,
  createSpaceKeeper,
  createVersions,
  type FolderLock,
  type OpenedCache,
  type OpenedRecords,
  openCache,
  openRecords,
  type Scrub,
  type SpaceKeeper,
  type Versions,
  withNotedStudies,
} from './cache/index.ts'
import { createExporter, type Exporter, type ExporterOptions } from './exporter/index.ts'
import { createFrameReader, type HttpServices } from './http/index.ts'
import { createImporter, type Importer, type ImporterOptions } from './importer/index.ts'
import { createPixelService } from './pixels/index.ts'
import { createReceiver, otherEncodings, type Receiver } from './receiver/index.ts'
import { createThumbnailRenderer } from './series-thumbnail.ts'
import { createStationAudit, type StationAudit } from './station-audit.ts'
import { type BackupKeeper, createBackupKeeper } from './station-backup.ts'
import { type DicomTlsKeeper, keepDicomTls, loadStationTls } from './station-dicom-tls.ts'
import type { StationOptions } from './station-options.ts'
import { createDamageTeller, noteIndexLag, type Problems } from './station-problems.ts'
import { keepReceiver, type ReceiverKeeper } from './station-receiver.ts'
import { reportMemoryIn } from './station-report-memory.ts'
import { keepReportStates, type ReportStates } from './station-report-states.ts'
import { createReportServices, type ReportServices } from './station-reports.ts'
import { openSettings } from './station-settings.ts'
import { createStoreObjects } from './station-store-objects.ts'
import { openWebAccess, type WebAccess } from './station-web-access.ts'

export interface StationServices extends HttpServices, ReportServices {
  readonly cache: OpenedCache
  readonly records: OpenedRecords
  readonly receiver: Receiver
  readonly keeper: ReceiverKeeper
  readonly dicomTls: DicomTlsKeeper
  /** DICOMweb for other machines. */
  readonly webAccess: WebAccess
  readonly importer: Importer
  readonly exporter: Exporter
  readonly archive: Archive
  readonly reportStates: ReportStates
  readonly space: SpaceKeeper
  readonly scrub: Scrub
  /** Notes among the problems what of the cache cannot be read, as far as nobody took note of it. */
  noteDamage(): Promise<void>
  readonly audit: StationAudit
  readonly versions: Versions
  readonly backups: BackupKeeper
  /** Calls back with a study that was removed, or whose pin changed. */
  onSpaceChange(listener: (StudyInstanceUID: string) => void): () => void
  onArchiveChange(listener: (change: ArchiveChange) => void): () => void
  /** Calls back when an intake or an export goes on. */
  onMoved(listener: () => void): () => void
  /** Stops receiving, gives associations `graceMs`, then closes everything; the folder's lock is released. */
  close(graceMs: number): Promise<void>
}

interface Kept {
  cache: OpenedCache
  records: OpenedRecords
  noteDamage(): Promise<void>
}

/**
 * Opens the records, which take over what an index of before kept, then the cache; says when something of them had to be set aside. Throws,
 * having released the lock, when one of them cannot be opened at all.
 */
async function openKept(
  { dataFolder, log }: StationOptions,
  stationKey: Uint8Array,
  lock: FolderLock,
  problems: Problems,
): Promise<Kept> {
  const records = await openRecords({ dataFolder, stationKey, log: log.child({ service: 'records' }) }).catch(
    (error: unknown) => {
      lock.release()
      throw error
    },
  )
  problems.set('records-damaged', records.recovery.kind === 'set-aside', JSON.stringify(records.recovery))
  try {
    const chosen = await records.choices.chosen()
    const cache = await openCache({ dataFolder, stationKey, lock, chosen, log: log.child({ service: 'cache' }) })
    noteIndexLag(problems, cache.indexLag())
    cache.onIndexLag((lag) => noteIndexLag(problems, lag))
    const noteDamage = await createDamageTeller(cache, problems).catch(async (error: unknown) => {
      await cache.close()
      throw error
    })
    return { cache: withNotedStudies(cache, records), records, noteDamage }
  } catch (error) {
    await records.close()
    lock.release()
    throw error
  }
}

/** Brings back what a new index lacks, while the station works; the returned function ends that. */
function completing({ cache, records }: Omit<Kept, 'noteDamage'>, log: StationOptions['log']): () => Promise<void> {
  const ending = new AbortController()
  const complete = () =>
    completeIndex({ cache, records, signal: ending.signal }).catch((error: { code?: unknown }) => {
      log.warn({ code: error.code }, 'the index is completed at the next start')
    })
  let done = complete()
  // What the index could not take before is in it now, and lacks the same.
  const end = cache.onIndexLag((lag) => {
    if (lag === null) done = done.then(complete)
  })
  return () => {
    ending.abort()
    end()
    return done
  }
}

/** Opens the cache and builds what works on it; nothing receives yet. Throws the cache's errors, having released the lock. */
export async function openServices(
  options: StationOptions,
  stationKey: Uint8Array,
  lock: FolderLock,
  problems: Problems,
  moving: Pick<ImporterOptions, 'onProgress' | 'onIntakeChange'> & { onExportChange: ExporterOptions['onChange'] },
): Promise<StationServices> {
  const { dataFolder, log, resourcesFolder } = options
  const { cache, records, noteDamage } = await openKept(options, stationKey, lock, problems)
  const endCompleting = completing({ cache, records }, log)
  const audit = createStationAudit({ cache, records, medium: () => importer.intakes.lastGiven }, options, problems)
  const settings = await openSettings(records.notes, options)
  const { additionalSOPClassUIDs } = settings.current()
  const keptTls = options.dicomTls ? null : await loadStationTls(records.notes)
  const tls = options.dicomTls ?? keptTls
  const pixels = createPixelService({ onFailure: (reason) => log.warn({ reason }, 'a frame could not be decoded') })
  const receiver = createReceiver({
    cache,
    log: log.child({ service: 'receiver' }),
    additionalSOPClassUIDs,
    peers: () => settings.current(),
    holdings: cache,
    decoder: pixels,
    reportMemory: reportMemoryIn(records.notes),
    ...(tls ? { tls: tls.credentials } : {}),
  })
  const dicomTls = keepDicomTls(receiver, records.notes, options.dicomTls, keptTls)
  const keeper = keepReceiver(receiver, settings, options, dicomTls, problems)
  const movedListeners = new Set<() => void>()
  const tellMoved = () => {
    for (const listener of movedListeners) listener()
  }
  const importer = createImporter({
    cache,
    notes: records.notes,
    log: log.child({ service: 'importer' }),
    resourcesFolder,
    dataFolder,
    receiver: () => receiver.address,
    onProgress: moving.onProgress,
    onIntakeChange: (intakeId) => {
      moving.onIntakeChange(intakeId)
      tellMoved()
    },
    onIntakeEnd: (state) => audit.importEnded(state),
    onWatchedFolder: (isReadable) => problems.set('watched-folder-unreadable', !isReadable),
  })
  const archiveListeners = new Set<(change: ArchiveChange) => void>()
  const archive = createArchive({
    cache,
    records,
    peers: receiver.peers,
    log: log.child({ service: 'archive' }),
    onChange: (change) => {
      for (const listener of archiveListeners) listener(change)
    },
    onAccepted: (StudyInstanceUID, name, how) => audit.accepted(StudyInstanceUID, name, how),
  })
  const spaceListeners = new Set<(StudyInstanceUID: string) => void>()
  const space = createSpaceKeeper({
    cache: { ...cache, removeStudy: (request) => audit.removeStudy(request) },
    records,
    log: log.child({ service: 'space' }),
    confirm: (StudyInstanceUID, signal) => archive.confirm(StudyInstanceUID, signal),
    settings: () => settings.current().space,
    now: () => new Date(),
    onChange: (StudyInstanceUID) => {
      for (const listener of spaceListeners) listener(StudyInstanceUID)
    },
    onExhausted: (isExhausted) => problems.set('space-exhausted', isExhausted),
  })
  const backups = createBackupKeeper({
    notes: records.notes,
    dataFolder,
    stationKey,
    onChange: tellMoved,
    onBegin: (to) => audit.backupBegun(to),
    onEnd: (to, end) => audit.backupEnded(to, end),
  })
  const exporter = createExporter({
    onEnd: (state, request) => audit.exportEnded(state, request),
    cache,
    notes: records.notes,
    log: log.child({ service: 'exporter' }),
    hold: (StudyInstanceUIDs) => space.hold(StudyInstanceUIDs, 'exporting'),
    onChange: (exportId) => {
      moving.onExportChange(exportId)
      tellMoved()
    },
  })
  const scrub = createScrub({
    cache,
    notes: records.notes,
    log: log.child({ service: 'integrity' }),
    now: () => new Date(),
    isReceiving: () => receiver.status.associations > 0,
    archive: async () => archive.givesBack(),
    retrieve: (StudyInstanceUID) => archive.retrieve(StudyInstanceUID),
    onDamage: (count) => problems.set('objects-damaged', count > 0, String(count)),
  })
  const reportServices = createReportServices(options, { cache, records, outbox: archive, pixels })
  const reportStates = keepReportStates({
    cache,
    records,
    reports: reportServices.reports,
    log: log.child({ service: 'reports' }),
  })
  const storeObjects = createStoreObjects({
    cache,
    additionalSOPClassUIDs: () => settings.current().additionalSOPClassUIDs,
    begin: (from) => receiver.beginDelivery(from),
    onFault: (error) => log.error({ name: error instanceof Error ? error.name : 'unknown' }, 'storing failed'),
  })
  const encodings: HttpServices['otherEncodings'] = (object) => otherEncodings(object, pixels)
  const webAccess = await openWebAccess({
    notes: records.notes,
    log: log.child({ service: 'dicom-web' }),
    services: () => ({ cache, pixels, storeObjects, otherEncodings: encodings }),
    dicomTls: () => dicomTls.credentials(),
    host: options.dicomWebHost,
    onTurnedAway: (attempt) => audit.turnedAway(attempt),
    onRead: (access) => audit.readFromOutside(access),
    onProblem: (problem) => problems.set('web-listener-stopped', problem !== null, problem ?? ''),
  })
  return {
    ...reportServices,
    webAccess,
    cache,
    records,
    receiver,
    keeper,
    dicomTls,
    importer,
    exporter,
    archive,
    reportStates,
    space,
    scrub,
    noteDamage,
    audit,
    versions: createVersions({ cache, records }),
    backups,
    onSpaceChange: (listener) => {
      spaceListeners.add(listener)
      return () => spaceListeners.delete(listener)
    },
    onMoved: (listener) => {
      movedListeners.add(listener)
      return () => movedListeners.delete(listener)
    },
    onArchiveChange: (listener) => {
      archiveListeners.add(listener)
      return () => archiveListeners.delete(listener)
    },
    renderThumbnail: createThumbnailRenderer(cache, pixels, createFrameReader(cache)),
    pixels,
    storeObjects,
    otherEncodings: encodings,
    onToolRead: (StudyInstanceUID, remoteAddress) =>
      audit.readFromOutside({ client: { id: '', name: 'DICOMweb' }, remoteAddress, StudyInstanceUID }),
    giveOffered: (read, bytes) => importer.intakes.giveOffered(read, bytes),
    addDocument: (bytes, document) => importer.addDocument(bytes, document),
    async close(graceMs) {
      await backups.stop()
      await exporter.stop()
      await importer.stop()
      await webAccess.close()
      await receiver.stop(graceMs)
      await space.stop()
      await scrub.stop()
      await reportServices.reports.close()
      await reportStates.stop()
      await archive.stop()
      await pixels.close()
      await endCompleting()
      await audit.close()
      await records.close()
      await cache.close()
    },
  }
}
