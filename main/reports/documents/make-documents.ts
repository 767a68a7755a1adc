/** Makes the planned documents of an issue: equal input gives equal bytes. */
import type { ImageReference } from '../../contract/measurement.ts'
import type { ReportDocument } from '../../contract/report.ts'
import { type DataSetContent, writeDataSet } from '../../dataset/index.ts'
import { codes, TransferSyntaxUIDs } from '../../dicom/index.ts'
import { withCodingSchemes } from './coding-schemes.ts'
import { encapsulatedPdf } from './encapsulated-pdf.ts'
import { parseInstant } from './instant.ts'
import type { DocumentReference, IssuedReport, MadeDocument } from './issued-report.ts'
import { type DocumentHead, documentHead } from './modules.ts'
import { contentTree, keyObjectGeneral, srGeneral } from './sr-document.ts'
import { measurementReport } from './tid1500-measurement-report.ts'
import { diagnosticReport } from './tid2000-diagnostic-report.ts'
import { type KeyObjectGroup, keyObjectGroups, keyObjectSelection } from './tid2010-key-objects.ts'
import { wordsOf } from './words.ts'

/** Every document of the issue, in its order. Rejects when the plan does not fit the report. */
export async function makeDocuments(issued: IssuedReport): Promise<MadeDocument[]> {
  const { documents } = issued.issue
  return Promise.all(
    documents.map(async (document) => ({
      ...document,
      TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian,
      dataSet: writeDataSet(withCodingSchemes(await makers[document.kind](issued, document))),
    })),
  )
}

type Maker = (issued: IssuedReport, document: ReportDocument) => DataSetContent | Promise<DataSetContent>

const makers: Record<ReportDocument['kind'], Maker> = {
  measurements: (issued, document) => {
    const { report, issue } = issued
    const images = issued.measurements.flatMap(({ image }) => image ?? [])
    return {
      ...head(issued, document, 'SR'),
      ...srGeneral(report.subject, issue, parseInstant(issue.at), images, []),
      ...contentTree(codes.ImagingMeasurementReport, '1500', measurementReport(issued)),
    }
  },
  report: (issued, document) => {
    const { report, issue, predecessors } = issued
    return {
      ...head(issued, document, 'SR'),
      ...srGeneral(report.subject, issue, parseInstant(issue.at), reportReferences(issued), predecessors),
      ...contentTree(report.documentTitle, '2000', diagnosticReport(issued)),
    }
  },
  keyObjects: (issued, document) => {
    const group = groupOf(issued, document)
    const images = group.keyImages.map(({ image }) => image)
    return {
      ...head(issued, document, 'KO'),
      ...keyObjectGeneral(issued.report.subject, images),
      ...contentTree(group.title, '2010', keyObjectSelection(issued, group)),
    }
  },
  pdf: async (issued, document) => ({
    ...head(issued, document, 'DOC'),
    ...(await encapsulatedPdf(issued)),
  }),
}

/** What the report rests on: the images in it, and the documents that were made along with it. */
function reportReferences({ report, issue, measurements }: IssuedReport): DocumentReference[] {
  const images: ImageReference[] = [
    ...measurements.flatMap(({ image }) => image ?? []),
    ...report.content.keyImages.map(({ image }) => image),
  ]
  const { StudyInstanceUID } = report.subject
  const beside = issue.documents
    .filter(({ kind }) => kind === 'measurements' || kind === 'keyObjects')
    .map((document) => ({ ...document, StudyInstanceUID }))
  return [...images, ...beside]
}

/** Documents of key objects and groups of key images stand in the same order. */
function groupOf({ report, issue }: IssuedReport, document: ReportDocument): KeyObjectGroup {
  const planned = issue.documents.filter(({ kind }) => kind === 'keyObjects')
  const group = keyObjectGroups(report.content)[planned.indexOf(document)]
  if (!group) throw new Error('a selection of key objects was planned that the report does not have')
  return group
}

const seriesNumbers = { measurements: 9001, keyObjects: 9002, report: 9003, pdf: 9004 } as const

function head({ report, issue }: IssuedReport, document: ReportDocument, Modality: DocumentHead['Modality']) {
  const words = wordsOf(report.language)
  const descriptions = {
    measurements: words.seriesMeasurements,
    keyObjects: words.seriesKeyObjects,
    report: words.seriesReport,
    pdf: words.seriesPdf,
  }
  return documentHead(report.subject, parseInstant(issue.at), {
    document,
    Modality,
    SeriesNumber: seriesNumbers[document.kind],
    InstanceNumber: issue.documents.filter(({ kind }) => kind === document.kind).indexOf(document) + 1,
    SeriesDescription: descriptions[document.kind],
  })
}
