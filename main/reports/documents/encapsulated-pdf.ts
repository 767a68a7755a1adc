/** The printed report as Encapsulated PDF: SC Equipment and Encapsulated Document Modules (PS3.3 §C.8.6.1, §C.24.2). */
import type { DataSetContent } from '../../dataset/index.ts'
import { codeItem } from './code-item.ts'
import { oneLine } from './dicom-text.ts'
import type { IssuedReport } from './issued-report.ts'
import { printReport } from './pdf/printed-report.ts'
import { spokenCode } from './spoken-codes.ts'

/** The document derives from the report's SR, which it names as its source. */
export const encapsulatedPdf = async (issued: IssuedReport): Promise<DataSetContent> => {
  const { report, issue } = issued
  const pdf = await printReport(issued)
  return {
    ConversionType: 'WSD',
    AcquisitionDateTime: null,
    BurnedInAnnotation: 'YES',
    SourceInstanceSequence: issue.documents
      .filter(({ kind }) => kind === 'report')
      .map(({ SOPClassUID, SOPInstanceUID }) => ({
        ReferencedSOPClassUID: SOPClassUID,
        ReferencedSOPInstanceUID: SOPInstanceUID,
      })),
    DocumentTitle: oneLine(spokenCode(report.documentTitle, report.language)),
    ConceptNameCodeSequence: [codeItem(report.documentTitle)],
    VerificationFlag: issue.as === 'final' ? 'VERIFIED' : 'UNVERIFIED',
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocument: pdf,
    EncapsulatedDocumentLength: pdf.length,
  }
}
