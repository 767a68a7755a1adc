/** The picture of a marked frame as it was shown, from the station; a sign where it cannot be shown. */
import { IconPhotoOff } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ImageLook, KeyImage } from '../../main/contract/report.ts'
import { stationClient, trpc } from '../services/client.ts'
import { Thumbnail } from '../ui/thumbnail.tsx'
import classes from './report.module.css'

/** How a marked frame was shown, apart from which it is. */
export const lookOf = ({ window, invert }: KeyImage): ImageLook => ({ window, ...(invert ? { invert } : {}) })

export function KeyImagePicture({ keyImage }: { keyImage: KeyImage }) {
  const { image } = keyImage
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, frame } = image
  const study = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID })).data
  const series = study?.series.find((one) => one.SeriesInstanceUID === SeriesInstanceUID)
  // The key of an image is another one once another version of it is shown, and there is one once it has come: asked for by revision.
  const headers = useQuery({
    queryKey: [...trpc.viewer.instances.pathKey(), StudyInstanceUID, SeriesInstanceUID, series?.revision],
    queryFn: ({ signal }) => stationClient.viewer.instances.query({ StudyInstanceUID, SeriesInstanceUID }, { signal }),
    enabled: series !== undefined,
    placeholderData: keepPreviousData,
  }).data
  const instanceKey = headers?.instances.find((one) => one.SOPInstanceUID === SOPInstanceUID)?.instanceKey
  // The series' own picture would be another image than the one that was marked.
  if (!series || instanceKey === undefined)
    return (
      <span className={classes.noPicture}>
        <IconPhotoOff size={22} stroke={1.3} aria-hidden />
      </span>
    )
  return (
    <span className={classes.picture}>
      <Thumbnail series={series} image={{ instanceKey, frame: (frame ?? 1) - 1, look: lookOf(keyImage) }} />
    </span>
  )
}
