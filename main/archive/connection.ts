/** The archive that is set up, connected: its sender, what it is asked, and what brings studies back. */
import { createHash } from 'node:crypto'
import type { Cache } from '../cache/cache.ts'
import type { Records } from '../cache/records/records.ts'
import type { ArchiveConfiguration, DicomWebArchive, DimseArchive, Retrieval } from '../contract/archive.ts'
import type { ArchiveLog } from './archive-log.ts'
import type { Backoff } from './backoff.ts'
import { isDicomWeb } from './configuration.ts'
import { archiveId, archiveTarget, type ExchangeLimits } from './dicom-web/archive-target.ts'
import { webSource } from './dicom-web/web-source.ts'
import type { PeerLink } from './dimse/peer-link.ts'
import { createPeerSender } from './dimse/peer-sender.ts'
import { peerSource } from './dimse/peer-source.ts'
import { takeReport } from './dimse/take-report.ts'
import { createSender, type Sender } from './outbox/sender.ts'
import type { Reachability } from './reachability.ts'
import { createRetriever, type Retriever } from './retrievals/retriever.ts'
import type { StudySource } from './study-source.ts'

export interface ConnectionOptions {
  cache: Cache
  records: Pick<Records, 'outbox' | 'retrievals' | 'commitments'>
  reachability: Reachability
  backoff: Backoff
  limits: Partial<ExchangeLimits> | undefined
  /** The DICOM network, for archives by DIMSE. */
  peers: PeerLink
  log: ArchiveLog
  now(): Date
  onOutboxChange(StudyInstanceUID: string): void
  onRetrievalChange(retrieval: Retrieval): void
  /** The archive accepted an object of a study. */
  onAccepted(StudyInstanceUID: string, how: 'STOW-RS' | 'C-STORE'): void
}

export interface Connection {
  readonly id: string
  readonly sender: Sender
  readonly source: StudySource
  readonly retriever: Retriever
  close(): Promise<void>
}

/** What an archive is known by: its address, or its AE title, and nothing else. */
export const idOfArchive = (configuration: ArchiveConfiguration): string =>
  isDicomWeb(configuration)
    ? archiveId(configuration.url)
    : createHash('sha256').update(`dimse:${configuration.aeTitle.trim()}`).digest('hex').slice(0, 24)

function connectWeb(configuration: DicomWebArchive, options: ConnectionOptions): Connection {
  const { records, onOutboxChange, onRetrievalChange, onAccepted, limits, ...shared } = options
  const target = archiveTarget(configuration, limits)
  const sender = createSender({
    ...shared,
    target,
    outbox: records.outbox,
    onChange: onOutboxChange,
    onAccepted: (StudyInstanceUID) => onAccepted(StudyInstanceUID, 'STOW-RS'),
  })
  const source = webSource(target, shared.now)
  const retriever = createRetriever({ ...shared, source, retrievals: records.retrievals, onChange: onRetrievalChange })
  return {
    id: target.id,
    sender,
    source,
    retriever,
    async close() {
      await Promise.all([sender.stop(), retriever.stop()])
      source.close()
    },
  }
}

function connectPeer(configuration: DimseArchive, options: ConnectionOptions): Connection {
  const { records, peers, onOutboxChange: onChange, onAccepted: accepted, onRetrievalChange, ...shared } = options
  const onAccepted = (StudyInstanceUID: string) => accepted(StudyInstanceUID, 'C-STORE')
  const id = idOfArchive(configuration)
  const common = { ...shared, outbox: records.outbox, commitments: records.commitments, onChange, onAccepted }
  const aeTitle = configuration.aeTitle.trim()
  const { asksCommitment } = configuration
  const sender = createPeerSender({ ...common, link: peers, archive: { id, aeTitle, asksCommitment } })
  const forget = peers.onReport((report, from) => takeReport(common, report, from))
  const source = peerSource({
    ...{ link: peers, archive: { id, aeTitle }, now: shared.now },
    patientHere: async (StudyInstanceUID) => (await shared.cache.getStudy(StudyInstanceUID))?.study ?? null,
  })
  const retriever = createRetriever({ ...shared, source, retrievals: records.retrievals, onChange: onRetrievalChange })
  return {
    id,
    sender,
    source,
    retriever,
    async close() {
      forget()
      await Promise.all([sender.stop(), retriever.stop()])
      source.close()
    },
  }
}

/** Connects nothing yet: sender and retriever wait to be woken. */
export const connectArchive = (configuration: ArchiveConfiguration, options: ConnectionOptions): Connection =>
  isDicomWeb(configuration) ? connectWeb(configuration, options) : connectPeer(configuration, options)
