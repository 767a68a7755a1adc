/** An archive by DICOMweb as a source of studies: QIDO-RS tells what it has, WADO-RS gives it (PS3.18 §10.4, §10.6). */
import type { RemoteStudy } from '../../contract/archive.ts'
import type { Keyword } from '../../dicom/elements.ts'
import { receiveObject } from '../retrievals/receive-object.ts'
import { asksFor, sharedKeys } from '../search-studies.ts'
import type { Arrivals, FoundStudies, StudySearch, StudySource, Wish } from '../study-source.ts'
import type { JsonDataSet } from './answer-body.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { jsonCount, jsonPersonName, jsonText, jsonTexts, jsonUID } from './json-values.ts'
import { describeRemoteStudy, listRemoteInstances } from './remote-instances.ts'
import { retrieveObjects } from './retrieve.ts'
import { searchArchive } from './search.ts'

/** Those that an archive need not return without being asked. */
const INCLUDED: readonly Keyword[] = [
  'StudyDescription',
  'IssuerOfPatientID',
  'ModalitiesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
]

/** Objects of one answer that may wait to become durable. */
const MAX_UNDER_WAY = 16

const toStudy = (dataSet: JsonDataSet): RemoteStudy => ({
  StudyInstanceUID: jsonUID(dataSet, 'StudyInstanceUID'),
  PatientName: jsonPersonName(dataSet, 'PatientName'),
  ...sharedKeys((keyword) => jsonText(dataSet, keyword)),
  ModalitiesInStudy: jsonTexts(dataSet, 'ModalitiesInStudy'),
  NumberOfStudyRelatedSeries: jsonCount(dataSet, 'NumberOfStudyRelatedSeries'),
  NumberOfStudyRelatedInstances: jsonCount(dataSet, 'NumberOfStudyRelatedInstances'),
  receivedInstances: 0,
})

async function search(target: ArchiveTarget, wanted: StudySearch, signal: AbortSignal): Promise<FoundStudies> {
  const { limit, offset } = wanted
  const { dataSets, isPartial } = await searchArchive(
    target,
    // One more than wanted tells whether there are others.
    { path: 'studies', match: asksFor(wanted), include: INCLUDED, limit: limit + 1, offset },
    signal,
  )
  const studies = dataSets.map(toStudy).filter((study) => study.StudyInstanceUID !== '')
  return { studies: studies.slice(0, limit), more: studies.length > limit || isPartial, fault: null, detail: '' }
}

/** The whole series, or the first instance that is named. */
const requestOf = ({ StudyInstanceUID, series, instances }: Wish) => {
  const { SeriesInstanceUID } = series
  if (!instances) return { StudyInstanceUID, SeriesInstanceUID, maxObjects: series.instances.length * 2 + 16 }
  const [{ SOPInstanceUID } = { SOPInstanceUID: '' }] = instances
  return { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, maxObjects: 4 }
}

/** Takes the next object while those before it become durable. */
async function bring(
  target: ArchiveTarget,
  wish: Wish,
  { cache, signal, onBytes, onReceived }: Arrivals,
): Promise<void> {
  const { StudyInstanceUID } = wish
  const peer = { AETitle: target.name, address: target.base.host }
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  try {
    for await (const file of retrieveObjects(target, requestOf(wish), signal)) {
      const { outcome } = await receiveObject(file, { cache, StudyInstanceUID, peer, archive: target.id, onBytes })
      const noted: Promise<void> = outcome
        .then(onReceived)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => underWay.delete(noted))
      underWay.add(noted)
      if (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay)
      if (failures.length > 0) break
    }
  } finally {
    await Promise.all(underWay)
  }
  if (failures.length > 0) throw failures[0]
}

/** Closing it closes its connections. */
export const webSource = (target: ArchiveTarget): StudySource => ({
  id: target.id,
  instancesAtOnce: 1,
  requestsAtOnce: 3,
  seriesAtOnce: 1,
  search: (wanted, signal) => search(target, wanted, signal),
  describe: (StudyInstanceUID, signal) => describeRemoteStudy(target, StudyInstanceUID, signal),
  list: (StudyInstanceUID, signal) => listRemoteInstances(target, StudyInstanceUID, signal),
  bring: (wish, arrivals) => bring(target, wish, arrivals),
  close: () => target.close(),
})
