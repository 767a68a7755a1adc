/** An archive by DIMSE as a source of studies: C-FIND tells what it has, C-GET or, where that is not offered, C-MOVE gives it (PS3.4 Annex C). */
import type { FoundStudies, StudySearch, StudySource } from '../study-source.ts'
import { findInstances } from './find-instances.ts'
import { type KnownPatient, KnownPatients } from './known-patients.ts'
import type { PeerLink } from './peer-link.ts'
import { describeStudy, listSeries, PeerSearch } from './peer-queries.ts'
import { INSTANCES_AT_ONCE, PeerRetrieval } from './peer-retrieval.ts'

export interface PeerSourceOptions {
  link: Pick<PeerLink, 'query' | 'get' | 'move'>
  archive: { id: string; aeTitle: string }
  /** The patient of a study of which something is here; null: nothing is. */
  patientHere(StudyInstanceUID: string): Promise<KnownPatient | null>
  now(): Date
}

/** Keeps no connection. */
export function peerSource({ link, archive, patientHere, now }: PeerSourceOptions): StudySource {
  const { id, aeTitle } = archive
  const patients = new KnownPatients(patientHere)
  const asked = { link, aeTitle, patients }
  const searching = new PeerSearch(asked, now)
  const retrieval = new PeerRetrieval(link, archive, patients)
  return {
    id,
    instancesAtOnce: INSTANCES_AT_ONCE,
    requestsAtOnce: 1,
    // Each object is answered before the next one begins: a second series fills the link meanwhile.
    seriesAtOnce: 2,
    search: (wanted: StudySearch, signal): Promise<FoundStudies> => searching.page(wanted, signal),
    describe: (StudyInstanceUID, signal) => describeStudy(asked, StudyInstanceUID, signal),
    list: (StudyInstanceUID, signal) => listSeries(asked, StudyInstanceUID, signal),
    find: (StudyInstanceUID, instances, signal) => findInstances(asked, StudyInstanceUID, instances, signal),
    bring: (wish, arrivals) => retrieval.bring(wish, arrivals),
    close: () => searching.forget(),
  }
}
