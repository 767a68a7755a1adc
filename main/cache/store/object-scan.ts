/** What a stored object's data set says, or why it cannot be taken: `main/dataset` as the store uses it. */
import {
  HeaderScan,
  type ImageHeaderWithoutKey,
  type IndexedAttributes,
  imageHeader,
  indexedAttributes,
  type PixelDataLayout,
} from '../../dataset/index.ts'
import { isUID } from '../../dicom/uid.ts'
import type { IngestRequest, RefusalReason } from '../cache.ts'

export type ScannedObject =
  | {
      kind: 'object'
      StudyInstanceUID: string
      SeriesInstanceUID: string
      SOPInstanceUID: string
      SOPClassUID: string
      /** The one that the data set really is in. */
      TransferSyntaxUID: string
      attributes: IndexedAttributes
      header: ImageHeaderWithoutKey
      pixelData: PixelDataLayout | null
    }
  | { kind: 'refused'; reason: RefusalReason; detail: string }

const refused = (reason: RefusalReason, detail: string): ScannedObject => ({ kind: 'refused', reason, detail })

export interface ObjectScan {
  push(bytes: Uint8Array): void
  /** Known as soon as it went by; null until then, and when it is unusable. */
  studyInstanceUID(): string | null
  finish(): ScannedObject
}

/** Scans the data set that `request` announced. */
export const scanObject = (request: IngestRequest): ObjectScan => {
  const scan = new HeaderScan(request.TransferSyntaxUID)
  let fault: string | null = null
  /** What a stranger sent must not end the program: a fault of ours in reading it costs that object alone. */
  const guarded = <T>(work: () => T): T | null => {
    try {
      return fault === null ? work() : null
    } catch (error) {
      fault = `fault: ${(error as Error).name}`
      return null
    }
  }
  return {
    push: (bytes) => void guarded(() => scan.push(bytes)),
    studyInstanceUID: () => {
      const UID = scan.StudyInstanceUID
      return UID !== undefined && isUID(UID) ? UID : null
    },
    finish: () => guarded(finish) ?? refused('unreadable-data-set', fault ?? ''),
  }

  function finish(): ScannedObject {
    const result = scan.end()
    if (result.kind === 'cut') return refused('cut-data-set', result.detail)
    if (result.kind === 'unreadable') return refused('unreadable-data-set', result.detail)
    const { attributes: dataSet, pixelData, TransferSyntaxUID } = result
    const [StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, SOPClassUID] = [
      dataSet.text('StudyInstanceUID'),
      dataSet.text('SeriesInstanceUID'),
      dataSet.text('SOPInstanceUID'),
      dataSet.text('SOPClassUID'),
    ]
    if (![StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID].every(isUID)) {
      return refused('missing-identifiers', 'A study, series or SOP instance UID is missing or unusable.')
    }
    // Its record lies in a pack of the first study that it named, and would go with that one.
    if (scan.StudyInstanceUID !== StudyInstanceUID && isUID(scan.StudyInstanceUID ?? '')) {
      return refused('missing-identifiers', 'It names several studies.')
    }
    if (SOPInstanceUID !== request.SOPInstanceUID || SOPClassUID !== request.SOPClassUID) {
      return refused('identifiers-disagree', 'SOP class or instance UID of command and data set differ.')
    }
    return {
      kind: 'object',
      StudyInstanceUID,
      SeriesInstanceUID,
      SOPInstanceUID,
      SOPClassUID,
      TransferSyntaxUID,
      attributes: indexedAttributes(dataSet),
      header: imageHeader({ attributes: dataSet, pixelData, TransferSyntaxUID }),
      pixelData,
    }
  }
}
