/** Calibrated regions of ultrasound images (PS3.3 §C.8.5.5). */
import type { ImageHeader } from '../contract/image.ts'
import type { DataSet } from './data-set.ts'
import { compact } from './typed-values.ts'

type Regions = NonNullable<ImageHeader['SequenceOfUltrasoundRegions']>

/** The regions that say where they are; undefined without any. */
export const ultrasoundRegions = (attributes: DataSet): Regions | undefined => {
  const regions = attributes.items('SequenceOfUltrasoundRegions').flatMap(region)
  return regions.length > 0 ? regions : undefined
}

const region = (item: DataSet): Regions => {
  const RegionLocationMinX0 = item.number('RegionLocationMinX0')
  const RegionLocationMinY0 = item.number('RegionLocationMinY0')
  const RegionLocationMaxX1 = item.number('RegionLocationMaxX1')
  const RegionLocationMaxY1 = item.number('RegionLocationMaxY1')
  if (
    RegionLocationMinX0 === undefined ||
    RegionLocationMinY0 === undefined ||
    RegionLocationMaxX1 === undefined ||
    RegionLocationMaxY1 === undefined
  ) {
    return []
  }
  return [
    {
      RegionLocationMinX0,
      RegionLocationMinY0,
      RegionLocationMaxX1,
      RegionLocationMaxY1,
      ...compact({
        RegionSpatialFormat: item.number('RegionSpatialFormat'),
        RegionDataType: item.number('RegionDataType'),
        PhysicalUnitsXDirection: item.number('PhysicalUnitsXDirection'),
        PhysicalUnitsYDirection: item.number('PhysicalUnitsYDirection'),
        PhysicalDeltaX: item.number('PhysicalDeltaX'),
        PhysicalDeltaY: item.number('PhysicalDeltaY'),
      }),
    },
  ]
}
