/** What a study consists of in the archive: asked page by page (PS3.18 §10.6), trusting neither its paging nor its answers. */
import type { Keyword } from '../../dicom/elements.ts'
import { ArchiveError } from '../archive-error.ts'
import type { DescribedStudy, RemoteSeries } from '../study-source.ts'
import type { JsonDataSet } from './answer-body.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { jsonCount, jsonPersonName, jsonText, jsonUID } from './json-values.ts'
import { type SearchAnswer, searchArchive } from './search.ts'

const PAGE = 1000
/** Instances of one study; more are no study. */
export const MAX_INSTANCES = 200_000

type AllSeries = Map<string, RemoteSeries>

/** A study that is being listed, and what was found of it so far. */
interface Listing {
  target: ArchiveTarget
  StudyInstanceUID: string
  all: AllSeries
  signal: AbortSignal
}

const seriesOf = (all: AllSeries, SeriesInstanceUID: string): RemoteSeries => {
  const one = all.get(SeriesInstanceUID) ?? { SeriesInstanceUID, Modality: '', instances: [], announced: null }
  all.set(SeriesInstanceUID, one)
  return one
}

const isOfStudy = (dataSet: JsonDataSet, StudyInstanceUID: string): boolean =>
  ['', StudyInstanceUID].includes(jsonText(dataSet, 'StudyInstanceUID'))

/** A level that an archive does not answer to, or a page of it. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof ArchiveError && ['not-here', 'refused', 'not-dicomweb'].includes(error.fault)

/** Pages that are full hold as many as this, or several times as many: what is refused behind another one is nothing. */
const ROUND = 100

/**
 * Asks for what is below a study until a page brings nothing that `take` calls new. Throws {@link ArchiveError}; `refused` where the archive has
 * more and does not give it.
 */
async function everyPage(
  target: ArchiveTarget,
  path: string,
  include: readonly Keyword[],
  signal: AbortSignal,
  take: (dataSets: readonly JsonDataSet[], isFirst: boolean) => boolean,
): Promise<void> {
  const isCut = () => new ArchiveError('refused', 'QIDO-RS: no page behind the results so far')
  let mayHaveMore = true
  for (let offset = 0, isNew = true; isNew; ) {
    let page: SearchAnswer
    try {
      page = await searchArchive(target, { path, match: {}, include, limit: PAGE, offset }, signal)
    } catch (error) {
      if (offset === 0 || !isUnanswered(error)) throw error
      if (mayHaveMore) throw isCut()
      return
    }
    const { dataSets, isPartial } = page
    // Some archives give fewer than asked for, others all at once, others the same page again and again.
    isNew = take(dataSets, offset === 0)
    if (!isNew && isPartial && dataSets.length > 0) throw isCut()
    mayHaveMore = isPartial || dataSets.length % ROUND === 0
    offset += dataSets.length
  }
}

async function addInstances({ target, StudyInstanceUID, all, signal }: Listing): Promise<void> {
  const known = new Set<string>()
  const nameless = new Map<string, number>()
  const take = (dataSet: JsonDataSet, unnamed: string[]): boolean => {
    const SeriesInstanceUID = jsonUID(dataSet, 'SeriesInstanceUID')
    const SOPInstanceUID = jsonUID(dataSet, 'SOPInstanceUID')
    const key = `${SeriesInstanceUID} ${SOPInstanceUID}`
    if (!SeriesInstanceUID || !isOfStudy(dataSet, StudyInstanceUID) || known.has(key)) return false
    if (!SOPInstanceUID) {
      unnamed.push(SeriesInstanceUID)
      return false
    }
    known.add(key)
    if (known.size > MAX_INSTANCES) throw new ArchiveError('too-large', `more than ${MAX_INSTANCES} instances`)
    seriesOf(all, SeriesInstanceUID).instances.push({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID: '' })
    return true
  }
  await everyPage(target, `studies/${StudyInstanceUID}/instances`, [], signal, (dataSets, isFirst) => {
    const unnamed: string[] = []
    const isNew = dataSets.map((dataSet) => take(dataSet, unnamed)).includes(true)
    // A page that comes again counts once.
    if (isNew || isFirst) for (const uid of unnamed) nameless.set(uid, (nameless.get(uid) ?? 0) + 1)
    return isNew
  }).finally(() => {
    // What cannot be named can only be had with the series as a whole, and is missed where it does not come.
    for (const [uid, count] of nameless) {
      const series = seriesOf(all, uid)
      series.announced = series.instances.length + count
    }
  })
}

/** How many instances each series has: what a list of instances leaves out is known by it. */
async function addAnnounced({ target, StudyInstanceUID, all, signal }: Listing): Promise<void> {
  const known = new Set<string>()
  const include = ['NumberOfSeriesRelatedInstances'] as const
  const take = (dataSet: JsonDataSet): boolean => {
    const SeriesInstanceUID = jsonUID(dataSet, 'SeriesInstanceUID')
    if (!SeriesInstanceUID || !isOfStudy(dataSet, StudyInstanceUID) || known.has(SeriesInstanceUID)) return false
    known.add(SeriesInstanceUID)
    if (known.size > MAX_INSTANCES) throw new ArchiveError('too-large', `more than ${MAX_INSTANCES} series`)
    const announced = jsonCount(dataSet, 'NumberOfSeriesRelatedInstances')
    const series = seriesOf(all, SeriesInstanceUID)
    if (announced !== null && announced <= MAX_INSTANCES) {
      series.announced = Math.max(series.announced ?? 0, announced)
    }
    series.Modality = jsonText(dataSet, 'Modality')
    return true
  }
  const path = `studies/${StudyInstanceUID}/series`
  await everyPage(target, path, include, signal, (dataSets) => dataSets.map(take).includes(true))
}

/** A level that an archive does not answer to is no reason to give up the study. */
const unlessUnanswered = (error: unknown): unknown => {
  if (!isUnanswered(error)) throw error
  return error
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
  const listing = { target, StudyInstanceUID, all, signal }
  const instancesLeft = await addInstances(listing).catch(unlessUnanswered)
  const isCut = all.size > 0 && instancesLeft !== undefined
  await addAnnounced(listing).catch(unlessUnanswered)
  // Part of a list is not taken for the whole where nobody counts what is behind it: each such series is asked for as a whole, and missed.
  for (const series of isCut ? all.values() : []) {
    if (series.instances.length > 0) series.announced ??= series.instances.length + 1
  }
  if (all.size === 0) throw new ArchiveError('not-here', 'the archive lists nothing of the study')
  return [...all.values()]
}

/** What a study is called, for the list of retrievals; null when the archive does not say. */
export const describeRemoteStudy = async (
  target: ArchiveTarget,
  StudyInstanceUID: string,
  signal: AbortSignal,
): Promise<DescribedStudy | null> => {
  const { dataSets } = await searchArchive(
    target,
    {
      path: 'studies',
      match: { StudyInstanceUID },
      include: ['StudyDescription', 'NumberOfStudyRelatedInstances'],
      limit: 2,
      offset: 0,
    },
    signal,
  )
  const study = dataSets.find((dataSet) => jsonUID(dataSet, 'StudyInstanceUID') === StudyInstanceUID)
  return study
    ? {
        PatientName: jsonPersonName(study, 'PatientName'),
        StudyDescription: jsonText(study, 'StudyDescription'),
        NumberOfStudyRelatedInstances: jsonCount(study, 'NumberOfStudyRelatedInstances'),
      }
    : null
}
