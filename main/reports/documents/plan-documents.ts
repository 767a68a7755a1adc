/** Which documents an issue has, and under which UIDs: fixed with the signature, before any of them is made. */
import type { ReportContent, ReportDocument } from '../../contract/report.ts'
import { SOPClassUIDs } from '../../dicom/index.ts'
import { keyObjectGroups } from './tid2010-key-objects.ts'

/**
 * Report and PDF always; the measurements when the text quotes some; a selection of key objects for each of their titles and studies. Each
 * kind is a series of its own. `newUID` is asked for every series and every document.
 */
export function planDocuments(content: ReportContent, newUID: () => string): ReportDocument[] {
  const quoted = content.sections
    .flatMap(({ blocks }) => blocks)
    .flatMap(({ runs }) => runs)
    .filter((run) => run.kind === 'measurement')
  const hasPlane = quoted.some(({ image }) => image === null)

  const series = (kind: ReportDocument['kind'], SOPClassUID: string, count: number): ReportDocument[] => {
    if (count === 0) return []
    const SeriesInstanceUID = newUID()
    return Array.from({ length: count }, () => ({ kind, SOPClassUID, SOPInstanceUID: newUID(), SeriesInstanceUID }))
  }
  return [
    ...series(
      'measurements',
      hasPlane ? SOPClassUIDs.Comprehensive3DSRStorage : SOPClassUIDs.ComprehensiveSRStorage,
      quoted.length > 0 ? 1 : 0,
    ),
    ...series('keyObjects', SOPClassUIDs.KeyObjectSelectionDocumentStorage, keyObjectGroups(content).length),
    ...series('report', SOPClassUIDs.ComprehensiveSRStorage, 1),
    ...series('pdf', SOPClassUIDs.EncapsulatedPDFStorage, 1),
  ]
}
