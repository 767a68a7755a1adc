/** The measurements that a report can quote, as the station has them now, and how the places of its evidence are called. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import type { ReportContent } from '../../main/contract/report.ts'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { studyOf } from './words/evidence-state.ts'

/** Other studies of the patient whose measurements are asked for too: an early quotation of one in a reformatted plane names no study. */
const MAX_PRIORS = 30

const quotedStudies = ({ sections }: ReportContent): string[] =>
  sections.flatMap(({ blocks }) =>
    blocks.flatMap(({ runs }) => runs.flatMap((run) => (run.kind === 'measurement' ? (studyOf(run) ?? []) : []))),
  )

/** Of the report's study, of those that it quotes and of the priors; null while they are asked for: nothing is said against a quotation then. */
export function useMeasurementsNow(StudyInstanceUID: string, content: ReportContent): readonly Measurement[] | null {
  const study = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID }))
  const priors = (study.data?.priors ?? []).slice(0, MAX_PRIORS).map((prior) => prior.StudyInstanceUID)
  const studies = [...new Set([StudyInstanceUID, ...quotedStudies(content), ...priors])]
  const isKnown = study.data !== undefined || study.isError
  return useQueries({
    queries: studies.map((one) => trpc.measurements.list.queryOptions({ StudyInstanceUID: one })),
    combine: (answers) =>
      isKnown && answers.every(({ data, isFetching }) => data && !isFetching)
        ? answers.flatMap(({ data }) => data ?? [])
        : null,
  })
}

/** The date of a study that evidence is of, where that is not the report's own; empty for the report's own, and where none is named. */
export function useOtherStudyDate(StudyInstanceUID: string): (study: string | undefined) => string {
  const { t } = useTranslation()
  const format = useFormat()
  const priors = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID })).data?.priors
  return useCallback(
    (study) => {
      if (study === undefined || study === StudyInstanceUID) return ''
      const other = priors?.find((prior) => prior.StudyInstanceUID === study)
      return other?.StudyDate ? format.date(other.StudyDate) : t('report:chip.otherStudy')
    },
    [StudyInstanceUID, priors, format, t],
  )
}

/** `Série 3` with the frame in objects of several, after the date of another study; empty while the series are not known. */
export function usePlaceOf(StudyInstanceUID: string): (image: ImageReference) => string {
  const { t } = useTranslation()
  const otherDate = useOtherStudyDate(StudyInstanceUID)
  const series = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID })).data?.series ?? []
  return (image) => {
    const found = series.find(({ SeriesInstanceUID }) => SeriesInstanceUID === image.SeriesInstanceUID)
    return [
      otherDate(image.StudyInstanceUID),
      found?.SeriesNumber == null ? '' : t('report:keyImages.series', { number: found.SeriesNumber }),
      image.frame === null ? '' : t('report:keyImages.frame', { number: image.frame }),
    ]
      .filter(Boolean)
      .join(' · ')
  }
}
