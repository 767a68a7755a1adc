/** The picture of a series' middle image; a sign with the modality where there is none. */
import { IconFileText, IconPhotoOff } from '@tabler/icons-react'
import { useState } from 'react'
import type { ImageLook } from '../../main/contract/report.ts'
import type { SeriesRow } from '../../main/contract/studies.ts'
import { displayText } from '../../main/dicom/index.ts'
import classes from './thumbnail.module.css'

type ThumbnailSeries = Pick<
  SeriesRow,
  'StudyInstanceUID' | 'SeriesInstanceUID' | 'Modality' | 'revision' | 'numberOfFrames'
>

/** One image of a series, in its own look or another; frames count from 0. */
export interface ThumbnailImage {
  instanceKey: number
  frame: number
  look?: ImageLook
}

const lookQuestion = ({ window, invert }: ImageLook): string =>
  (window
    ? `&center=${encodeURIComponent(window.center)}&width=${encodeURIComponent(window.width)}` +
      (window.function ? `&function=${window.function}` : '')
    : '') + (invert ? '&invert=1' : '')

/** Where the station serves the picture of a series, or of one image of it; the revision changes when the series does. */
export const thumbnailAddress = (
  series: Pick<SeriesRow, 'StudyInstanceUID' | 'SeriesInstanceUID' | 'revision'>,
  image?: ThumbnailImage,
): string =>
  `/thumbnails/${encodeURIComponent(series.SeriesInstanceUID)}?study=${encodeURIComponent(series.StudyInstanceUID)}` +
  `&revision=${series.revision}` +
  (image ? `&instance=${image.instanceKey}&frame=${image.frame}${image.look ? lookQuestion(image.look) : ''}` : '')

export function Thumbnail({ series, image }: { series: ThumbnailSeries; image?: ThumbnailImage | undefined }) {
  const address = thumbnailAddress(series, image)
  const [shown, setShown] = useState<string | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  // What has no frame has no picture: asking would only be answered 404.
  const hasPicture = series.numberOfFrames > 0
  const Icon = hasPicture ? IconPhotoOff : IconFileText
  return (
    <div className={classes.frame}>
      {!hasPicture || failed === address ? (
        <Icon size={26} stroke={1.3} className={classes.none} aria-hidden="true" />
      ) : (
        <img
          src={address}
          alt=""
          draggable={false}
          className={classes.picture}
          data-shown={shown !== null}
          onLoad={() => setShown(address)}
          onError={() => setFailed(address)}
        />
      )}
      <span className={classes.modality}>{displayText(series.Modality, 16)}</span>
    </div>
  )
}
