/** Instances: image headers of a series, where a stored object lies, and keys by UID. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { ImageHeader } from '../../contract/image.ts'
import type { ImageHeaderWithoutKey, PixelDataLayout } from '../../dataset/index.ts'
import type { InstancePlace } from '../cache.ts'
import { isDamage } from '../index-database/notes-writer.ts'
import type { RecordPlace } from '../object-row.ts'

/** What reading a stored object needs to know. */
export interface ObjectLocation extends RecordPlace {
  instanceKey: number
  StudyInstanceUID: string
  SeriesInstanceUID: string
  SOPInstanceUID: string
  SOPClassUID: string
  TransferSyntaxUID: string
  length: number
  sha256: string
  pixelData: PixelDataLayout | null
  /** It was found damaged or missing when it was read. */
  isMarked: boolean
}

export class InstanceQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Of one study, where one is named: others may have a series of that UID too, such as the same images under a corrected identity. */
  imageHeaders(
    SeriesInstanceUID: string,
    afterInstanceKey = -1,
    StudyInstanceUID: string | null = null,
  ): { revision: number; instances: ImageHeader[] } {
    const values = { SeriesInstanceUID, afterInstanceKey, StudyInstanceUID }
    const isOf =
      StudyInstanceUID === null
        ? ''
        : 'AND studyKey = (SELECT studyKey FROM study WHERE StudyInstanceUID = @StudyInstanceUID)'
    const revision = this.#database
      .prepare(`SELECT coalesce(sum(revision), 0) FROM series WHERE SeriesInstanceUID = @SeriesInstanceUID ${isOf}`)
      .pluck()
      .get(values) as number
    const rows = this.#database
      .prepare(`
        SELECT currentKey AS instanceKey, header, notDisplayable
        FROM series JOIN instance USING (seriesKey) JOIN version ON version.instanceKey = instance.currentKey
        WHERE SeriesInstanceUID = @SeriesInstanceUID ${isOf} AND currentKey > @afterInstanceKey ORDER BY currentKey`)
      .all(values) as {
      instanceKey: number
      header: string
      notDisplayable: string | null
    }[]
    return {
      revision,
      instances: rows.map(({ instanceKey, header, notDisplayable }) => ({
        ...(JSON.parse(header) as ImageHeaderWithoutKey),
        instanceKey,
        notDisplayable: notDisplayable as ImageHeader['notDisplayable'],
      })),
    }
  }

  /** The header of any stored version; null when there is none. */
  imageHeader(instanceKey: number): ImageHeader | null {
    const found = this.#database
      .prepare('SELECT header, notDisplayable FROM version WHERE instanceKey = ?')
      .get(instanceKey) as { header: string; notDisplayable: string | null } | undefined
    if (!found) return null
    return {
      ...(JSON.parse(found.header) as ImageHeaderWithoutKey),
      instanceKey,
      notDisplayable: found.notDisplayable as ImageHeader['notDisplayable'],
    }
  }

  /** Null when there is no such object. */
  locate(instanceKey: number): ObjectLocation | null {
    const found = this.#database
      .prepare(`
        SELECT version.instanceKey, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, SOPClassUID, TransferSyntaxUID, length,
          sha256, pixelData, notDisplayable, packId, keyId, recordOffset, recordEnd, runOffset, recordNumber
        FROM version JOIN instance USING (instanceId) JOIN series USING (seriesKey)
          JOIN (SELECT studyKey, StudyInstanceUID FROM study) USING (studyKey)
          JOIN (SELECT packKey, packId, keyId FROM pack) USING (packKey)
        WHERE version.instanceKey = ?`)
      .get(instanceKey) as
      | (Omit<ObjectLocation, 'pixelData' | 'isMarked'> & { pixelData: string | null; notDisplayable: string | null })
      | undefined
    if (!found) return null
    const { pixelData, notDisplayable, ...location } = found
    return {
      ...location,
      pixelData: pixelData === null ? null : (JSON.parse(pixelData) as PixelDataLayout),
      isMarked: isDamage(notDisplayable),
    }
  }

  findInstance(uids: { StudyInstanceUID?: string; SeriesInstanceUID?: string; SOPInstanceUID: string }): number | null {
    const { StudyInstanceUID = null, SeriesInstanceUID = null, SOPInstanceUID } = uids
    const key = this.#database
      .prepare(`
        SELECT min(currentKey) FROM instance JOIN series USING (seriesKey) JOIN study USING (studyKey)
        WHERE SOPInstanceUID = @SOPInstanceUID
          AND (@SeriesInstanceUID IS NULL OR SeriesInstanceUID = @SeriesInstanceUID)
          AND (@StudyInstanceUID IS NULL OR StudyInstanceUID = @StudyInstanceUID)`)
      .pluck()
      .get({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }) as number | null
    return key
  }

  findVersion(content: { SOPInstanceUID: string; sha256: string }): number | null {
    const key = this.#database
      .prepare(`
        SELECT version.instanceKey FROM instance JOIN version USING (instanceId)
          JOIN series USING (seriesKey) JOIN (SELECT studyKey FROM study) USING (studyKey)
        WHERE SOPInstanceUID = @SOPInstanceUID AND sha256 = @sha256
        ORDER BY version.instanceKey = currentKey DESC, version.instanceKey LIMIT 1`)
      .pluck()
      .get(content) as number | undefined
    return key ?? null
  }

  listVersions(SOPInstanceUID: string): Pick<InstancePlace, 'instanceKey' | 'isDamaged'>[] {
    const rows = this.#database
      .prepare(`
        SELECT version.instanceKey, notDisplayable FROM instance JOIN version USING (instanceId)
          JOIN series USING (seriesKey) JOIN (SELECT studyKey FROM study) USING (studyKey)
        WHERE SOPInstanceUID = ? ORDER BY version.instanceKey`)
      .all(SOPInstanceUID) as { instanceKey: number; notDisplayable: string | null }[]
    return rows.map(({ instanceKey, notDisplayable }) => ({ instanceKey, isDamaged: isDamage(notDisplayable) }))
  }

  listInstanceKeys(uids: { StudyInstanceUID: string; SeriesInstanceUID?: string }): number[] {
    const { StudyInstanceUID, SeriesInstanceUID = null } = uids
    return this.#database
      .prepare(`
        SELECT currentKey FROM study JOIN series USING (studyKey) JOIN instance USING (seriesKey)
        WHERE StudyInstanceUID = @StudyInstanceUID
          AND (@SeriesInstanceUID IS NULL OR SeriesInstanceUID = @SeriesInstanceUID)
        ORDER BY SeriesNumber IS NULL, SeriesNumber, seriesKey, InstanceNumber IS NULL, InstanceNumber, currentKey`)
      .pluck()
      .all({ StudyInstanceUID, SeriesInstanceUID }) as number[]
  }

  /** Keys of versions behind `after`, in order. */
  listKeys(after: number, limit: number): number[] {
    return this.#database
      .prepare('SELECT instanceKey FROM version WHERE instanceKey > ? ORDER BY instanceKey LIMIT ?')
      .pluck()
      .all(after, limit) as number[]
  }

  listInstances(StudyInstanceUID: string, archive: string): InstancePlace[] {
    const rows = this.#database
      .prepare(`
        SELECT version.instanceKey, SeriesInstanceUID, instance.SOPInstanceUID, notDisplayable, archivedAt IS NOT NULL AS isArchived
        FROM study JOIN series USING (studyKey) JOIN instance USING (seriesKey)
          JOIN version ON version.instanceKey = instance.currentKey
          LEFT JOIN archive_proof AS proof ON proof.SOPInstanceUID = instance.SOPInstanceUID
            AND proof.sha256 = version.sha256 AND proof.archive = @archive
        WHERE StudyInstanceUID = @StudyInstanceUID ORDER BY version.instanceKey`)
      .all({ StudyInstanceUID, archive }) as (Omit<InstancePlace, 'isDamaged' | 'isArchived'> & {
      notDisplayable: string | null
      isArchived: number
    })[]
    return rows.map(({ notDisplayable, isArchived, ...place }) => ({
      ...place,
      isDamaged: isDamage(notDisplayable),
      isArchived: isArchived === 1,
    }))
  }
}
