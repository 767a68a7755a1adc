/** What a study consists of in the archive: asked page by page (PS3.18 §10.6), trusting neither its paging nor its answers. */
import type { PersonName } from '../../contract/studies.ts'
import { ArchiveError } from '../archive-error.ts'
import type { RemoteSeries } from '../study-source.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { jsonPersonName, jsonText, jsonUID } from './json-values.ts'
import { searchArchive } from './search.ts'

const PAGE = 1000
/** Instances of one study; more are no study. */
const MAX_INSTANCES = 200_000

/** Every instance of a study, each once, those of one series together. Throws {@link ArchiveError}; `not-here` when there is none. */
export const listRemoteInstances = async (
  target: ArchiveTarget,
  StudyInstanceUID: string,
  signal: AbortSignal,
): Promise<RemoteSeries[]> => {
  const series = new Map<string, RemoteSeries>()
  const known = new Set<string>()
  for (let offset = 0; ; ) {
    const { dataSets } = await searchArchive(
      target,
      { path: `studies/${StudyInstanceUID}/instances`, match: {}, include: [], limit: PAGE, offset },
      signal,
    )
    const before = known.size
    for (const dataSet of dataSets) {
      const SeriesInstanceUID = jsonUID(dataSet, 'SeriesInstanceUID')
      const SOPInstanceUID = jsonUID(dataSet, 'SOPInstanceUID')
      const study = jsonUID(dataSet, 'StudyInstanceUID')
      const key = `${SeriesInstanceUID} ${SOPInstanceUID}`
      if (!SeriesInstanceUID || !SOPInstanceUID || (study && study !== StudyInstanceUID) || known.has(key)) continue
      known.add(key)
      const one = series.get(SeriesInstanceUID) ?? { SeriesInstanceUID, Modality: '', instances: [], announced: null }
      one.instances.push({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID: '' })
      series.set(SeriesInstanceUID, one)
    }
    if (known.size > MAX_INSTANCES) throw new ArchiveError('too-large', `more than ${MAX_INSTANCES} instances`)
    // Some archives give fewer than asked for, others all at once, others the same page again and again.
    if (known.size === before) break
    offset += dataSets.length
  }
  if (known.size === 0) throw new ArchiveError('not-here', 'the archive lists no instance of the study')
  return [...series.values()]
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
