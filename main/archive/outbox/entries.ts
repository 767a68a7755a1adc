/** Between the outbox and the cache: what an instance is put into the outbox as, and what its study is called in the list. */
import type { Cache } from '../../cache/cache.ts'
import type { OutboxEntry, OutboxRow } from '../../cache/records/outbox-store.ts'
import type { OutboxItem } from '../../contract/archive.ts'
import { isImageSOPClass, parsePersonName } from '../../dicom/index.ts'

/** Larger ones do not go before images. */
const LARGEST_DOCUMENT = 8 * 1024 * 1024

/** The entries of stored instances. Throws the cache's error when one is not there. */
export const entriesOf = async (
  cache: Pick<Cache, 'open'>,
  instanceKeys: readonly number[],
): Promise<OutboxEntry[]> => {
  const objects = await Promise.all(instanceKeys.map((instanceKey) => cache.open(instanceKey)))
  return objects.map(({ StudyInstanceUID, SOPInstanceUID, SOPClassUID, sha256, length }) => ({
    StudyInstanceUID,
    SOPInstanceUID,
    SOPClassUID,
    sha256,
    bytes: length,
    isDocument: !isImageSOPClass(SOPClassUID) && length <= LARGEST_DOCUMENT,
  }))
}

/** The rows with what the index knows of their studies; a study that is no longer here has no name. */
export const describeItems = async (
  cache: Pick<Cache, 'searchAttributes'>,
  rows: readonly OutboxRow[],
): Promise<OutboxItem[]> => {
  const studies = [...new Set(rows.map((row) => row.StudyInstanceUID))]
  if (studies.length === 0) return []
  const found = await cache.searchAttributes({
    level: 'study',
    match: { StudyInstanceUID: studies.join('\\') },
    limit: studies.length,
    offset: 0,
  })
  const known = new Map(found.map((study) => [study.StudyInstanceUID, study]))
  return rows.map((row) => {
    const study = known.get(row.StudyInstanceUID)
    return {
      ...row,
      PatientName: parsePersonName(String(study?.PatientName ?? '')),
      PatientID: String(study?.PatientID ?? ''),
      StudyDescription: String(study?.StudyDescription ?? ''),
    }
  })
}
