/** An archive by DICOMweb as a source of studies: QIDO-RS tells what it has, WADO-RS gives it (PS3.18 §10.4, §10.6). */
import { isUnlisted } from '../retrievals/here-by-series.ts'
import { receiveObject } from '../retrievals/receive-object.ts'
import type { Arrivals, StudySource, Wish } from '../study-source.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { findRemoteInstances } from './find-instances.ts'
import { describeRemoteStudy, listRemoteInstances, MAX_INSTANCES } from './remote-instances.ts'
import { retrieveObjects } from './retrieve.ts'
import { WebSearch } from './study-search.ts'

/** Objects of one answer that may wait to become durable. */
const MAX_UNDER_WAY = 16

/** The whole series, or the first instance that is named. */
const requestOf = ({ StudyInstanceUID, series, instances }: Wish) => {
  const { SeriesInstanceUID } = series
  const expected = isUnlisted(series) ? MAX_INSTANCES : Math.max(series.instances.length, series.announced ?? 0)
  if (!instances) return { StudyInstanceUID, SeriesInstanceUID, maxObjects: expected * 2 + 16 }
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
export function webSource(target: ArchiveTarget, now: () => Date): StudySource {
  const searching = new WebSearch(target, now)
  return {
    id: target.id,
    instancesAtOnce: 1,
    requestsAtOnce: 3,
    seriesAtOnce: 1,
    search: (wanted, signal) => searching.page(wanted, signal),
    describe: (StudyInstanceUID, signal) => describeRemoteStudy(target, StudyInstanceUID, signal),
    list: (StudyInstanceUID, signal) => listRemoteInstances(target, StudyInstanceUID, signal),
    find: (StudyInstanceUID, instances, signal) => findRemoteInstances(target, StudyInstanceUID, instances, signal),
    bring: (wish, arrivals) => bring(target, wish, arrivals),
    close: () => {
      searching.forget()
      target.close()
    },
  }
}
