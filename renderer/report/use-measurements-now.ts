/** The measurements of a study as the station has them now, and how its series are called. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import { trpc } from '../services/client.ts'

/** Null while they are being asked for: nothing is said against a quotation then. */
export function useMeasurementsNow(StudyInstanceUID: string): readonly Measurement[] | null {
  const answer = useQuery(trpc.measurements.list.queryOptions({ StudyInstanceUID }))
  return answer.data && !answer.isFetching ? answer.data : null
}

/** `Série 3` with the frame in objects of several; empty while the series are not known. */
export function usePlaceOf(StudyInstanceUID: string): (image: ImageReference) => string {
  const { t } = useTranslation()
  const series = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID })).data?.series ?? []
  return (image) => {
    const found = series.find(({ SeriesInstanceUID }) => SeriesInstanceUID === image.SeriesInstanceUID)
    return [
      found?.SeriesNumber == null ? '' : t('report:keyImages.series', { number: found.SeriesNumber }),
      image.frame === null ? '' : t('report:keyImages.frame', { number: image.frame }),
    ]
      .filter(Boolean)
      .join(' · ')
  }
}
