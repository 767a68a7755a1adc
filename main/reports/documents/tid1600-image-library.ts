/** TID 1600 Image Library: the images that were measured, grouped by modality (TID 1601, TID 1602). */
import type { ImageReference } from '../../contract/measurement.ts'
import { type Code, codes, modalityOfSOPClass } from '../../dicom/index.ts'
import { type ContentItem, codedItem, container, imageItem } from './content-item.ts'

const libraryGroup = (modality: Code | null, images: readonly ImageReference[]): ContentItem =>
  container('CONTAINS', codes.ImageLibraryGroup, [
    ...(modality ? [codedItem('HAS ACQ CONTEXT', codes.Modality, modality)] : []),
    ...images.map((image) => imageItem('CONTAINS', null, { ...image, frame: null })),
  ])

/** TID 1600; each instance once. None without images: its group wants at least one. */
export const imageLibrary = (images: readonly ImageReference[]): ContentItem[] => {
  const instances = [...new Map(images.map((image) => [image.SOPInstanceUID, image])).values()]
  const groups = Map.groupBy(instances, ({ SOPClassUID }) => modalityOfSOPClass(SOPClassUID))
  return groups.size === 0
    ? []
    : [
        container(
          'CONTAINS',
          codes.ImageLibrary,
          [...groups].map(([modality, members]) => libraryGroup(modality, members)),
        ),
      ]
}
