/** What a study consists of in the archive: asked page by page (PS3.18 §10.6), trusting neither its paging nor its answers. */
import type { PersonName } from '../../contract/studies.ts'
import type { Keyword } from '../../dicom/elements.ts'
import { ArchiveError } from '../archive-error.ts'
import type { RemoteSeries } from '../study-source.ts'
import type { JsonDataSet } from './answer-body.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { jsonCount, jsonPersonName, jsonText, jsonUID } from './json-values.ts'
import { searchArchive } from './search.ts'

const PAGE = 1000
/** Instances of one study; more are no study. */
export const MAX_INSTANCES = 200_000

type AllSeries = Map<string, RemoteSeries>

const seriesOf = (all: AllSeries, SeriesInstanceUID: string): RemoteSeries => {
  const one = all.get(SeriesInstanceUID) ?? { SeriesInstanceUID, Modality: '', instances: [], announced: null }
  all.set(SeriesInstanceUID, one)
  return one
}

const isOfStudy = (dataSet: JsonDataSet, StudyInstanceUID: string): boolean =>
  ['', StudyInstanceUID].includes(jsonText(dataSet, 'StudyInstanceUID'))

/** Asks for what is below a study until an answer brings nothing that `take` calls new. */
async function everyPage(
  target: ArchiveTarget,
  path: string,
  include: readonly Keyword[],
  signal: AbortSignal,
  take: (dataSet: JsonDataSet) => boolean,
): Promise<void> {
  for (let offset = 0, isNew = true; isNew; ) {
    const { dataSets } = await searchArchive(target, { path, match: {}, include, limit: PAGE, offset }, signal)
    // Some archives give fewer than asked for, others all at once, others the same page again and again.
    isNew = dataSets.map(take).includes(true)
    offset += dataSets.length
  }
}

async function addInstances(
  target: ArchiveTarget,
  StudyInstanceUID: string,
  all: AllSeries,
  signal: AbortSignal,
): Promise<void> {
  const known = new Set<string>()
  await everyPage(target, `studies/${StudyInstanceUID}/instances`, [], signal, (dataSet) => {
    const SeriesInstanceUID = jsonUID(dataSet, 'SeriesInstanceUID')
    const SOPInstanceUID = jsonUID(dataSet, 'SOPInstanceUID')
    const key = `${SeriesInstanceUID} ${SOPInstanceUID}`
    if (!SeriesInstanceUID || !SOPInstanceUID || !isOfStudy(dataSet, StudyInstanceUID) || known.has(key)) return false
    known.add(key)
    if (known.size > MAX_INSTANCES) throw new ArchiveError('too-large', `more than ${MAX_INSTANCES} instances`)
    seriesOf(all, SeriesInstanceUID).instances.push({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID: '' })
    return true
  })
}

/** How many instances each series has: what a list of instances leaves out is known by it. */
async function addAnnounced(
  target: ArchiveTarget,
  StudyInstanceUID: string,
  all: AllSeries,
  signal: AbortSignal,
): Promise<void> {
  const known = new Set<string>()
  const include = ['NumberOfSeriesRelatedInstances'] as const
  await everyPage(target, `studies/${StudyInstanceUID}/series`, include, signal, (dataSet) => {
    const SeriesInstanceUID = jsonUID(dataSet, 'SeriesInstanceUID')
    if (!SeriesInstanceUID || !isOfStudy(dataSet, StudyInstanceUID) || known.has(SeriesInstanceUID)) return false
    known.add(SeriesInstanceUID)
    if (known.size > MAX_INSTANCES) throw new ArchiveError('too-large', `more than ${MAX_INSTANCES} series`)
    const announced = jsonCount(dataSet, 'NumberOfSeriesRelatedInstances')
    const series = seriesOf(all, SeriesInstanceUID)
    series.announced = announced !== null && announced <= MAX_INSTANCES ? announced : null
    series.Modality = jsonText(dataSet, 'Modality')
    return true
  })
}

/** A level that an archive does not answer to is no reason to give up the study. */
const unlessUnanswered = (error: unknown): void => {
  const isAnswered = error instanceof ArchiveError && ['not-here', 'refused', 'not-dicomweb'].includes(error.fault)
  if (!isAnswered) throw error
}

/**
 * Every series of a study with its instances, each once, and how many the archive says that there are. Throws {@link ArchiveError};
 * `not-here` when there is none.
 */
export const listRemoteInstances = async (
  target: ArchiveTarget,
  StudyInstanceUID: string,
  signal: AbortSignal,
): Promise<RemoteSeries[]> => {
  const all: AllSeries = new Map()
  await addInstances(target, StudyInstanceUID, all, signal).catch(unlessUnanswered)
  await addAnnounced(target, StudyInstanceUID, all, signal).catch(unlessUnanswered)
  if (all.size === 0) throw new ArchiveError('not-here', 'the archive lists nothing of the study')
  return [...all.values()]
}

/** What a study is called, for the list of retrievals; null when the archive does not say. */
export const describeRemoteStudy = async (
  target: ArchiveTarget,
  StudyInstanceUID: string,
  signal: AbortSignal,
): Promise<{ PatientName: PersonName; StudyDescription: string } | null> => {
  const { dataSets } = await searchArchive(
    target,
    { path: 'studies', match: { StudyInstanceUID }, include: ['StudyDescription'], limit: 2, offset: 0 },
    signal,
  )
  const study = dataSets.find((dataSet) => jsonUID(dataSet, 'StudyInstanceUID') === StudyInstanceUID)
  return study
    ? { PatientName: jsonPersonName(study, 'PatientName'), StudyDescription: jsonText(study, 'StudyDescription') }
    : null
}
