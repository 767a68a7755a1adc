/** Reports to make documents of: one with everything that a report can hold, and smaller ones. Persons and numbers are made up. */
import type { ImageReference, Measurement } from '../../../../main/contract/measurement.ts'
import type { Issue, KeyImage, Report, ReportContent, Run, Signer } from '../../../../main/contract/report.ts'
import { SOPClassUIDs, uidFromUUID } from '../../../../main/dicom/index.ts'
import { type IssuedReport, planDocuments } from '../../../../main/reports/documents/index.ts'
import { discPNG } from '../../../helpers/sample-picture.ts'

/** `00000000-0000-4000-8000-…` with `number` at the end. */
export const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** UIDs one after another, the same every time. */
export const countingUIDs = (): (() => string) => {
  let last = 900_000
  return () => uidFromUUID(uuid(++last))
}

export const signer: Signer = {
  familyName: 'Lefèvre',
  givenName: 'Anne-Cécile',
  prefix: 'Dr',
  RPPS: '10001234567',
  organisation: { name: 'Centre hospitalier de Saint-Gaudens', FINESS: '310780671' },
}

/** An image of the study that is read. */
export const ctImage: ImageReference = {
  SOPClassUID: SOPClassUIDs.CTImageStorage,
  SOPInstanceUID: '2.25.1001',
  SeriesInstanceUID: '2.25.101',
  StudyInstanceUID: '2.25.1',
  frame: null,
}
const otherCtImage: ImageReference = { ...ctImage, SOPInstanceUID: '2.25.1002' }
/** A frame of an earlier study. */
export const priorImage: ImageReference = {
  SOPClassUID: SOPClassUIDs.EnhancedMRImageStorage,
  SOPInstanceUID: '2.25.2001',
  SeriesInstanceUID: '2.25.201',
  StudyInstanceUID: '2.25.2',
  frame: 7,
}

const measurement = (number: number, over: Partial<Measurement>): Measurement => ({
  measurementId: uuid(number),
  StudyInstanceUID: '2.25.1',
  SeriesInstanceUID: '2.25.101',
  kind: 'length',
  image: ctImage,
  FrameOfReferenceUID: '2.25.77',
  points: [
    [0, 0, 0],
    [12.345, 0, 0],
  ],
  graphic: { GraphicType: 'POLYLINE', GraphicData: [100.5, 120.25, 112.5, 120.25] },
  values: [{ quantity: 'length', value: 12.345, unit: 'mm' }],
  calibration: 'patient',
  view: '{}',
  revision: 1,
  createdAt: '2026-03-14T22:00:00Z',
  changedAt: '2026-03-14T22:00:00Z',
  ...over,
})

const figures = (unit: string): Measurement['values'] => [
  { quantity: 'area', value: 123.45678901234568, unit: 'mm2' },
  { quantity: 'mean', value: 61.25, unit },
  { quantity: 'standardDeviation', value: 4.5, unit },
  { quantity: 'minimum', value: 48, unit },
  { quantity: 'maximum', value: 75, unit },
]

/** A length and a region in CT, a region in MR, a length in pixels, each in a stored image. */
export const measurementsInImages: readonly Measurement[] = [
  measurement(1, {}),
  measurement(2, {
    kind: 'ellipse',
    revision: 3,
    graphic: { GraphicType: 'ELLIPSE', GraphicData: [10, 20, 30, 20, 20, 5, 20, 35] },
    points: [
      [10, 20, 0],
      [30, 20, 0],
      [20, 5, 0],
      [20, 35, 0],
    ],
    values: figures("[hnsf'U]"),
  }),
  measurement(3, {
    kind: 'ellipse',
    StudyInstanceUID: '2.25.2',
    SeriesInstanceUID: '2.25.201',
    image: priorImage,
    graphic: { GraphicType: 'ELLIPSE', GraphicData: [10, 20, 30, 20, 20, 15, 20, 25] },
    values: figures(''),
  }),
  measurement(4, {
    image: { ...ctImage, SOPClassUID: SOPClassUIDs.SecondaryCaptureImageStorage, SOPInstanceUID: '2.25.1003' },
    values: [{ quantity: 'length', value: 210.4, unit: '{pixels}' }],
    calibration: 'none',
    FrameOfReferenceUID: null,
  }),
]

/** A length in a reformatted plane: no stored image. */
export const measurementInPlane: Measurement = measurement(5, { image: null, graphic: null })

/** A measurement as a report quotes it. */
export const quote = ({ measurementId, revision, kind, image, values }: Measurement): Run => ({
  kind: 'measurement',
  measurementId,
  revision,
  measured: kind,
  image,
  values,
})

const text = (words: string, ...marks: ('bold' | 'italic')[]): Run => ({ kind: 'text', text: words, marks })

const keyImage = (number: number, over: Partial<KeyImage>): KeyImage => ({
  keyImageId: uuid(number),
  image: ctImage,
  title: { CodeValue: '113000', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Of Interest' },
  note: '',
  window: null,
  ...over,
})

/** Sections, fields of every type, measurements and key images. */
export const richContent = (quoted: readonly Measurement[]): ReportContent => ({
  sections: [
    {
      sectionId: 'indication',
      code: { CodeValue: '18785-6', CodingSchemeDesignator: 'LN', CodeMeaning: 'Indications for Procedure' },
      title: 'Indication',
      mandatory: true,
      blocks: [
        {
          kind: 'paragraph',
          runs: [text('Céphalées brutales chez une patiente de 44 ans ; œdème ? Suspicion d’hémorragie méningée.')],
        },
      ],
    },
    {
      sectionId: 'empty',
      code: { CodeValue: '55109-3', CodingSchemeDesignator: 'LN', CodeMeaning: 'Complications' },
      title: 'Complications',
      mandatory: false,
      blocks: [{ kind: 'paragraph', runs: [] }],
    },
    {
      sectionId: 'findings',
      code: { CodeValue: '59776-5', CodingSchemeDesignator: 'LN', CodeMeaning: 'Résultats' },
      title: 'Résultats',
      mandatory: true,
      blocks: [
        {
          kind: 'paragraph',
          runs: [
            text('Hémorragie : '),
            { kind: 'field', fieldId: 'haemorrhage', value: { kind: 'choice', optionIds: ['yes'] } },
            text(', volume '),
            { kind: 'field', fieldId: 'volume', value: { kind: 'number', value: 1234.5 } },
            text(', ancienneté '),
            { kind: 'field', fieldId: 'since', value: { kind: 'date', date: '20260313' } },
            text(', siège '),
            { kind: 'field', fieldId: 'site', value: { kind: 'text', text: 'lobe frontal ≥ 2 cm -> cortex 3x4' } },
            text(', remarque '),
            { kind: 'field', fieldId: 'remark', value: null },
            text('.'),
          ],
        },
        { kind: 'paragraph', runs: [text('Mesures', 'bold'), text(' retenues', 'italic'), text(' :')] },
        ...quoted.map((one) => ({
          kind: 'item' as const,
          ordered: true,
          level: 0,
          runs: [text('lésion '), quote(one)],
        })),
        { kind: 'paragraph', runs: [text('Voir '), { kind: 'keyImage', keyImageId: uuid(51) }, text('.')] },
      ],
    },
    {
      sectionId: 'conclusion',
      code: { CodeValue: '19005-8', CodingSchemeDesignator: 'LN', CodeMeaning: 'Impressions' },
      title: 'Conclusion',
      mandatory: true,
      blocks: [
        { kind: 'paragraph', runs: [text('Hématome sous-dural aigu. Avis neurochirurgical demandé.')] },
        { kind: 'item', ordered: false, level: 0, runs: [text('contrôle à H6')] },
        { kind: 'item', ordered: false, level: 1, runs: [text('sans injection')] },
      ],
    },
  ],
  fields: [
    {
      fieldId: 'haemorrhage',
      label: 'Hémorragie',
      concept: { CodeValue: '50960005', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Hemorrhage' },
      mandatory: true,
      type: {
        kind: 'choice',
        several: false,
        options: [
          {
            optionId: 'yes',
            label: 'oui',
            code: { CodeValue: '52101004', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Present' },
          },
          { optionId: 'no', label: 'non', code: null },
        ],
      },
    },
    {
      fieldId: 'volume',
      label: 'Volume',
      concept: { CodeValue: '118565006', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Volume' },
      mandatory: false,
      type: { kind: 'number', unit: 'mm3', decimals: 1 },
    },
    { fieldId: 'since', label: 'Depuis', concept: null, mandatory: false, type: { kind: 'date' } },
    {
      fieldId: 'site',
      label: 'Siège',
      concept: { CodeValue: '363698007', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Finding Site' },
      mandatory: false,
      type: { kind: 'text' },
    },
    { fieldId: 'remark', label: 'Remarque', concept: null, mandatory: false, type: { kind: 'text' } },
  ],
  keyImages: [
    keyImage(51, { note: 'Hématome, épaisseur maximale' }),
    keyImage(52, { image: otherCtImage }),
    keyImage(53, {
      image: priorImage,
      title: { CodeValue: '113004', CodingSchemeDesignator: 'DCM', CodeMeaning: 'For Teaching' },
      note: 'Examen antérieur',
    }),
  ],
})

const baseReport = (content: ReportContent): Report => ({
  reportId: uuid(9),
  StudyInstanceUID: '2.25.1',
  kind: 'report',
  predecessorReportId: null,
  state: 'final',
  templateId: 'ct-head-fr',
  documentTitle: { CodeValue: '11539-4', CodingSchemeDesignator: 'LN', CodeMeaning: 'CT Head Report' },
  language: 'fr',
  author: signer,
  createdAt: '2026-03-14T21:50:00Z',
  changedAt: '2026-03-14T22:04:00Z',
  seq: 12,
  issues: [],
  transfer: 'none',
  subject: {
    StudyInstanceUID: '2.25.1',
    PatientName: { Alphabetic: 'Dùpont-Bœuf^Élodie^Marie' },
    PatientBirthName: { Alphabetic: 'Ægidius^Élodie' },
    PatientID: '282019912345612',
    IssuerOfPatientID: 'ASIP-SANTE-INS-NIR',
    PatientBirthDate: '19820105',
    PatientSex: 'F',
    StudyDate: '20260314',
    StudyTime: '213000',
    StudyID: 'E-77',
    AccessionNumber: 'ACC2026-0042',
    StudyDescription: 'Scanner cérébral sans injection',
    ReferringPhysicianName: { Alphabetic: 'Nguyễn^Văn^^Dr' },
  },
  content,
})

interface SampleOptions {
  measurements?: readonly Measurement[]
  content?: ReportContent
  report?: Partial<Report>
  subject?: Partial<Report['subject']>
  issue?: Partial<Issue>
  predecessors?: IssuedReport['predecessors']
  studyDates?: IssuedReport['studyDates']
}

/** A report given out, with its documents planned. */
export function issuedReport({
  measurements = measurementsInImages,
  content = richContent(measurements),
  report: over = {},
  subject = {},
  issue = {},
  predecessors = [],
  studyDates = new Map([['2.25.2', '20240312']]),
}: SampleOptions = {}): IssuedReport {
  const base = baseReport(content)
  const report = { ...base, ...over, subject: { ...base.subject, ...subject } }
  const png = discPNG(240)
  return {
    report,
    issue: {
      as: 'final',
      seq: 12,
      at: '2026-03-14T23:05:09+01:00',
      signer,
      documents: planDocuments(content, countingUIDs()),
      ...issue,
    },
    measurements,
    predecessors,
    studyDates,
    pictures: new Map(
      content.keyImages.slice(0, 2).map(({ keyImageId }) => [keyImageId, { png, width: 240, height: 240 }]),
    ),
  }
}
