/** What the reports need from the rest of the station, passed in where it is put together. */
import type { Cache, CacheLog, Records } from '../cache/index.ts'
import type { ImageReference } from '../contract/measurement.ts'
import type { ImageLook } from '../contract/report.ts'
import type { Authenticator } from '../security/index.ts'
import type { IssuedReport, KeyImagePicture, MadeDocument } from './documents/issued-report.ts'

/** The outbox, as reports see it. */
export interface ReportOutbox {
  /** Puts stored instances into the outbox, durably; one that is in it already stays as it is. */
  enqueue(instanceKeys: readonly number[]): Promise<unknown>
  /** How far each is; one that the outbox does not know is absent. */
  transferOf(
    SOPInstanceUIDs: readonly string[],
  ): Promise<Readonly<Record<string, 'waiting' | 'sent' | 'archived' | 'failed'>>>
}

/** A frame as it was shown; null when it cannot be. */
export type RenderPicture = (image: ImageReference, look: ImageLook) => Promise<KeyImagePicture | null>

export interface ReportPorts {
  records: Pick<Records, 'reports' | 'measurements' | 'profile'>
  /** Writes the copy that damaged records are restored from. */
  copyRecords(): Promise<void>
  cache: Pick<Cache, 'getStudy' | 'findInstance' | 'ingest'> & {
    /** Whether the cache may not show now what was received of this study. */
    mayLack(StudyInstanceUID: string): boolean
  }
  authenticator: Authenticator
  /** One for each of `issue.documents`, in that order; the same input gives the same bytes. */
  makeDocuments(issued: IssuedReport): Promise<MadeDocument[]>
  renderPicture: RenderPicture
  outbox: ReportOutbox
  log: CacheLog
  now(): Date
}
