/** The picture of a marked frame, from the station; a sign where it cannot be shown. */
import { useQuery } from '@tanstack/react-query'
import type { ImageReference } from '../../main/contract/measurement.ts'
import { trpc } from '../services/client.ts'
import { Thumbnail } from '../ui/thumbnail.tsx'
import classes from './report.module.css'

export function KeyImagePicture({ image }: { image: ImageReference }) {
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, frame } = image
  const study = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID })).data
  const series = study?.series.find((one) => one.SeriesInstanceUID === SeriesInstanceUID)
  const headers = useQuery(trpc.viewer.instances.queryOptions({ SeriesInstanceUID })).data
  const instanceKey = headers?.instances.find((one) => one.SOPInstanceUID === SOPInstanceUID)?.instanceKey
  if (!series) return null
  // The series' own picture would be another image than the one that was marked.
  const isKnown = instanceKey !== undefined
  return (
    <span className={classes.picture}>
      <Thumbnail
        series={isKnown ? series : { ...series, numberOfFrames: 0 }}
        image={isKnown ? { instanceKey, frame: (frame ?? 1) - 1 } : undefined}
      />
    </span>
  )
}
