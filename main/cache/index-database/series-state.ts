/** One series as the index knows it, and how another object of the series changes it. */
import { attributeNumber, attributeText, levelAttributes } from '../attribute-levels.ts'
import type { ObjectRow } from '../object-row.ts'
import { addToList } from './study-state.ts'

const DESCRIPTIVE = [
  'Modality',
  'SeriesDescription',
  'BodyPartExamined',
  'ProtocolName',
  'SeriesDate',
  'SeriesTime',
  'FrameOfReferenceUID',
] as const

export type SeriesState = Record<(typeof DESCRIPTIVE)[number], string> & {
  seriesKey: number
  studyKey: number
  SeriesInstanceUID: string
  SeriesNumber: number | null
  /** Separated by `\`. */
  SOPClassUIDs: string
  NumberOfSeriesRelatedInstances: number
  numberOfFrames: number
  /** How many instances the sender announced; null when it did not. */
  statedInstances: number | null
  /** Keyword that `statedInstances` was read from. */
  statedBy: 'NumberOfSeriesRelatedInstances' | 'ImagesInAcquisition' | null
  /** The one AcquisitionNumber of the series so far; null when it has none or several. */
  AcquisitionNumber: number | null
  displayable: number
  revision: number
  attributes: string
}

/** A series before its first object. */
export const newSeriesState = (row: ObjectRow, studyKey: number, revision: number): SeriesState => ({
  seriesKey: 0,
  studyKey,
  SeriesInstanceUID: row.SeriesInstanceUID,
  Modality: '',
  SeriesNumber: attributeNumber(row.attributes, 'SeriesNumber'),
  SeriesDescription: '',
  BodyPartExamined: '',
  ProtocolName: '',
  SeriesDate: '',
  SeriesTime: '',
  FrameOfReferenceUID: '',
  SOPClassUIDs: '',
  NumberOfSeriesRelatedInstances: 0,
  numberOfFrames: 0,
  statedInstances: null,
  statedBy: null,
  AcquisitionNumber: attributeNumber(row.attributes, 'AcquisitionNumber'),
  displayable: 0,
  revision,
  attributes: JSON.stringify(levelAttributes(row.attributes, 'series')),
})

/**
 * What the sender announced. NumberOfSeriesRelatedInstances (0020,1209) is about the series and wins. ImagesInAcquisition (0020,1002) is
 * about an acquisition, which may fill several series or be one of many in a series: it counts only in a series with one acquisition.
 */
const mergeStated = (series: SeriesState, row: ObjectRow): void => {
  const bySeries = attributeNumber(row.attributes, 'NumberOfSeriesRelatedInstances')
  if (bySeries !== null && bySeries > 0) {
    const known = series.statedBy === 'NumberOfSeriesRelatedInstances' ? (series.statedInstances ?? 0) : 0
    series.statedInstances = Math.max(bySeries, known)
    series.statedBy = 'NumberOfSeriesRelatedInstances'
    return
  }
  if (series.statedBy === 'NumberOfSeriesRelatedInstances') return
  const acquisition = attributeNumber(row.attributes, 'AcquisitionNumber')
  if (acquisition !== series.AcquisitionNumber) {
    series.AcquisitionNumber = null
    series.statedInstances = null
    series.statedBy = null
    return
  }
  const byAcquisition = attributeNumber(row.attributes, 'ImagesInAcquisition')
  if (acquisition === null || byAcquisition === null || byAcquisition <= 0) return
  series.statedInstances = Math.max(byAcquisition, series.statedInstances ?? 0)
  series.statedBy = 'ImagesInAcquisition'
}

/** Takes over what an object says about its series; the first value stays. */
export const mergeSeriesAttributes = (series: SeriesState, row: ObjectRow): void => {
  for (const keyword of DESCRIPTIVE) series[keyword] ||= attributeText(row.attributes, keyword)
  series.SeriesNumber ??= attributeNumber(row.attributes, 'SeriesNumber')
  series.SOPClassUIDs = addToList(series.SOPClassUIDs, row.SOPClassUID)
  mergeStated(series, row)
}
