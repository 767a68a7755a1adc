/** The objects of a data folder, read from outside while no station runs, and compared with what was sent. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolderAt } from '../../main/cache/data-folder.ts'
import { openIndexForReading } from '../../main/cache/index-database/open-index.ts'
import { ObjectReader } from '../../main/cache/object-reader.ts'
import { nodePackFiles } from '../../main/cache/packs/pack-files.ts'
import { decodePackHeader, OBJECT_RECORD, PACK_HEADER_LENGTH } from '../../main/cache/packs/pack-format.ts'
import { scanPack } from '../../main/cache/packs/pack-scan.ts'
import { StudyKeys } from '../../main/cache/packs/study-keys.ts'
import { InstanceQueries } from '../../main/cache/queries/instances.ts'
import type { TestObject } from '../main/cache/data-sets.ts'

/** A data folder open for looking only. */
export class StoredObjects {
  readonly #folder: ReturnType<typeof dataFolderAt>
  readonly #stationKey: Uint8Array
  readonly #database: ReturnType<typeof openIndexForReading>
  readonly #instances: InstanceQueries
  readonly #reader: ObjectReader

  constructor(dataFolder: string, stationKey: Uint8Array) {
    this.#folder = dataFolderAt(dataFolder)
    this.#stationKey = stationKey
    this.#database = openIndexForReading(this.#folder.index, stationKey)
    this.#instances = new InstanceQueries(this.#database)
    this.#reader = new ObjectReader(this.#folder, stationKey)
  }

  /** What is there under the object's UID: nothing, its bytes, or something else (with why). */
  async compare({ request, bytes }: TestObject): Promise<'absent' | 'equal' | string> {
    const key = this.#instances.findInstance({ SOPInstanceUID: request.SOPInstanceUID })
    const location = key === null ? null : this.#instances.locate(key)
    if (!location) return 'absent'
    if (location.length !== bytes.length) return `${location.length} of ${bytes.length} bytes`
    try {
      return bytes.equals(await this.#reader.object(location).read(0, location.length)) ? 'equal' : 'other bytes'
    } catch (error) {
      return String((error as { code?: string }).code ?? error)
    }
  }

  /** Counts of instances: rows, and the sums that lists show. */
  counts(): { rows: number; total: number; ofStudies: number; ofSeries: number } {
    return this.#database
      .prepare(`
        SELECT (SELECT count(*) FROM instance) AS rows, (SELECT instances FROM total) AS total,
          (SELECT coalesce(sum(NumberOfStudyRelatedInstances), 0) FROM study) AS ofStudies,
          (SELECT coalesce(sum(NumberOfSeriesRelatedInstances), 0) FROM series) AS ofSeries`)
      .get() as { rows: number; total: number; ofStudies: number; ofSeries: number }
  }

  /** Where index and packs differ, record by record; every record's bytes are authenticated. Damage between records counts unless allowed. */
  differences({ isDamageAllowed = false } = {}): string[] {
    const indexed = new Set(
      this.#database
        .prepare("SELECT packId || ' ' || recordOffset || ' ' || recordEnd FROM version JOIN pack USING (packKey)")
        .pluck()
        .all() as string[],
    )
    const problems: string[] = []
    for (const name of readdirSync(this.#folder.packs, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.pack')) continue
      for (const record of this.#recordsOf(join(this.#folder.packs, name), problems, isDamageAllowed)) {
        if (!indexed.delete(record)) problems.push(`record ${record} is not indexed`)
      }
    }
    return [...problems, ...[...indexed].map((record) => `row ${record} has no record`)]
  }

  #recordsOf(path: string, problems: string[], isDamageAllowed: boolean): string[] {
    const descriptor = nodePackFiles.open(path)
    try {
      const head = Buffer.alloc(PACK_HEADER_LENGTH)
      nodePackFiles.read(descriptor, head, 0)
      const header = decodePackHeader(head)
      const key = header && new StudyKeys(this.#folder, this.#stationKey).load(header.keyId)
      if (!header || !key) {
        problems.push('a pack without header or key')
        return []
      }
      const { records, damaged } = scanPack(nodePackFiles, descriptor, header, key.key, PACK_HEADER_LENGTH)
      if (damaged.length > 0 && !isDamageAllowed)
        problems.push(`pack ${header.packId} is damaged in ${damaged.length} places`)
      return records
        .filter(({ kind }) => kind === OBJECT_RECORD)
        .map(({ offset, end }) => `${header.packId} ${offset} ${end}`)
    } finally {
      nodePackFiles.close(descriptor)
    }
  }

  async close(): Promise<void> {
    await this.#reader.close()
    this.#database.close()
  }
}
