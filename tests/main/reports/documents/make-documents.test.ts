import { expect, test } from 'vitest'
import { type IssuedReport, makeDocuments } from '../../../../main/reports/documents/index.ts'
import { type ReadItem, readDocument } from './read-document.ts'
import { ctImage, issuedReport, priorImage, signer } from './sample-report.ts'

/** One of the documents, read back; the PDF is only made when it is asked for. */
const made = async (issued: IssuedReport, kind: string): Promise<ReadItem> => {
  const documents = issued.issue.documents.filter((one) => one.kind !== 'pdf' || kind === 'pdf')
  const document = (await makeDocuments({ ...issued, issue: { ...issued.issue, documents } })).find(
    (one) => one.kind === kind,
  )
  if (!document) throw new Error(`no ${kind}`)
  return readDocument(document)
}

const items = (value: unknown): ReadItem[] => (Array.isArray(value) ? value : []) as ReadItem[]

test('equal input gives equal bytes, under the UIDs that were planned', async () => {
  const [once, again] = await Promise.all([makeDocuments(issuedReport()), makeDocuments(issuedReport())])
  expect(again.map(({ dataSet }) => Buffer.from(dataSet).toString('base64'))).toEqual(
    once.map(({ dataSet }) => Buffer.from(dataSet).toString('base64')),
  )
  expect(once.map(({ dataSet, TransferSyntaxUID, ...planned }) => planned)).toEqual(issuedReport().issue.documents)
  expect(once.map((document) => readDocument(document).SOPInstanceUID)).toEqual(
    issuedReport().issue.documents.map(({ SOPInstanceUID }) => SOPInstanceUID),
  )
})

test('every document has the patient and the study of its subject, and the clock of the issue', async () => {
  for (const document of await makeDocuments(issuedReport())) {
    expect(readDocument(document)).toMatchObject({
      SpecificCharacterSet: 'ISO_IR 192',
      TimezoneOffsetFromUTC: '+0100',
      PatientName: { Alphabetic: 'Dùpont-Bœuf^Élodie^Marie' },
      PatientBirthName: { Alphabetic: 'Ægidius^Élodie' },
      PatientID: '282019912345612',
      IssuerOfPatientID: 'ASIP-SANTE-INS-NIR',
      PatientBirthDate: '19820105',
      PatientSex: 'F',
      StudyInstanceUID: '2.25.1',
      StudyDate: '20260314',
      StudyTime: '213000',
      StudyID: 'E-77',
      AccessionNumber: 'ACC2026-0042',
      ReferringPhysicianName: { Alphabetic: 'Nguyễn^Văn^^Dr' },
      Manufacturer: 'Astreinte',
      ContentDate: '20260314',
      ContentTime: '230509',
    })
  }
})

test('a final report is complete, verified and names who verified it by national number', async () => {
  const person = { CodeValue: '810001234567', CodingSchemeDesignator: '99RPPS', CodeMeaning: 'Lefèvre Anne-Cécile' }
  expect(await made(issuedReport(), 'report')).toMatchObject({
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'VERIFIED',
    PreliminaryFlag: 'FINAL',
    VerifyingObserverSequence: [
      {
        VerifyingObserverName: { Alphabetic: 'Lefèvre^Anne-Cécile^^Dr' },
        VerifyingOrganization: 'Centre hospitalier de Saint-Gaudens',
        VerificationDateTime: '20260314230509+0100',
        VerifyingObserverIdentificationCodeSequence: [person],
      },
    ],
    AuthorObserverSequence: [
      {
        ObserverType: 'PSN',
        PersonName: { Alphabetic: 'Lefèvre^Anne-Cécile^^Dr' },
        PersonIdentificationCodeSequence: [person],
        InstitutionName: 'Centre hospitalier de Saint-Gaudens',
        InstitutionCodeSequence: [{ CodeValue: '1310780671', CodingSchemeDesignator: '99FINESS' }],
      },
    ],
    CodingSchemeIdentificationSequence: [
      { CodingSchemeDesignator: '99RPPS', CodingSchemeUID: '1.2.250.1.71.4.2.1' },
      { CodingSchemeDesignator: '99FINESS', CodingSchemeUID: '1.2.250.1.71.4.2.2' },
    ],
    ReferencedRequestSequence: [{ AccessionNumber: 'ACC2026-0042', StudyInstanceUID: '2.25.1' }],
  })
})

test('a preliminary report is complete and unverified, and nobody has verified it', async () => {
  const report = await made(issuedReport({ issue: { as: 'preliminary' } }), 'report')
  expect(report).toMatchObject({
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PreliminaryFlag: 'PRELIMINARY',
  })
  expect(report).not.toHaveProperty('VerifyingObserverSequence')
  expect(await made(issuedReport({ issue: { as: 'preliminary' } }), 'pdf')).toMatchObject({
    VerificationFlag: 'UNVERIFIED',
  })
})

test('evidence of the study stands apart from that of earlier ones, each object once, with the documents made along', async () => {
  const issued = issuedReport()
  const report = await made(issued, 'report')
  const uids = (sequence: unknown) =>
    items(sequence).flatMap((study) =>
      items(study.ReferencedSeriesSequence).flatMap((series) =>
        items(series.ReferencedSOPSequence).map((object) => [study.StudyInstanceUID, object.ReferencedSOPInstanceUID]),
      ),
    )
  const beside = issued.issue.documents.filter(({ kind }) => kind === 'measurements' || kind === 'keyObjects')
  expect(uids(report.CurrentRequestedProcedureEvidenceSequence)).toEqual([
    ['2.25.1', ctImage.SOPInstanceUID],
    ['2.25.1', '2.25.1003'],
    ['2.25.1', '2.25.1002'],
    ...beside.map(({ SOPInstanceUID }) => ['2.25.1', SOPInstanceUID]),
  ])
  expect(uids(report.PertinentOtherEvidenceSequence)).toEqual([['2.25.2', priorImage.SOPInstanceUID]])
})

test('an addendum names the report that it adds to', async () => {
  const predecessor = {
    StudyInstanceUID: '2.25.1',
    SeriesInstanceUID: '2.25.301',
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.33',
    SOPInstanceUID: '2.25.3001',
  }
  const report = await made(issuedReport({ report: { kind: 'addendum' }, predecessors: [predecessor] }), 'report')
  expect(report.PredecessorDocumentsSequence).toEqual([
    {
      StudyInstanceUID: '2.25.1',
      ReferencedSeriesSequence: [
        {
          SeriesInstanceUID: '2.25.301',
          ReferencedSOPSequence: [
            {
              ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.88.33',
              ReferencedSOPInstanceUID: '2.25.3001',
            },
          ],
        },
      ],
    },
  ])
})

test('what the study does not say is empty or absent, never made up', async () => {
  const report = await made(
    issuedReport({
      subject: {
        PatientName: {},
        PatientID: '',
        IssuerOfPatientID: '',
        PatientBirthDate: '',
        PatientSex: '',
        StudyDate: '',
        StudyTime: '',
        StudyID: '',
        AccessionNumber: '',
        StudyDescription: '',
        ReferringPhysicianName: {},
      },
      issue: { signer: { ...signer, organisation: { name: 'Cabinet', FINESS: '' } } },
    }),
    'report',
  )
  for (const keyword of [
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyDate',
    'AccessionNumber',
  ]) {
    expect([keyword, keyword in report, report[keyword]]).toEqual([keyword, true, undefined])
  }
  for (const keyword of ['IssuerOfPatientID', 'StudyDescription', 'ReferencedRequestSequence']) {
    expect(report).not.toHaveProperty(keyword)
  }
})

test('the PDF is whole, says how long it is, and names the report that it was made from', async () => {
  const issued = issuedReport()
  const pdf = (await makeDocuments(issued)).find(({ kind }) => kind === 'pdf')
  const sr = issued.issue.documents.find(({ kind }) => kind === 'report')
  if (!pdf || !sr) throw new Error('no PDF')
  const head = readDocument(pdf)
  const bytes = Buffer.from(pdf.dataSet)
  const start = bytes.indexOf('%PDF-1.7')
  const length = Number(head.EncapsulatedDocumentLength)
  expect(bytes.toString('latin1', start + length - 6, start + length).trim()).toBe('%%EOF')
  expect(head).toMatchObject({
    Modality: 'DOC',
    ConversionType: 'WSD',
    BurnedInAnnotation: 'YES',
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    DocumentTitle: 'Compte rendu de scanner cérébral',
    ConceptNameCodeSequence: [{ CodeValue: '11539-4', CodingSchemeDesignator: 'LN' }],
    SourceInstanceSequence: [{ ReferencedSOPClassUID: sr.SOPClassUID, ReferencedSOPInstanceUID: sr.SOPInstanceUID }],
  })
})

test('names that try to be more than names stay names', async () => {
  const hostile = { ...signer, familyName: 'A^B=C\\D', givenName: 'E\nF', organisation: { name: 'X\\Y', FINESS: '' } }
  const report = await made(issuedReport({ issue: { signer: hostile } }), 'report')
  expect(items(report.VerifyingObserverSequence)[0]).toMatchObject({
    VerifyingObserverName: { Alphabetic: 'A B C/D^E F^^Dr' },
    VerifyingOrganization: 'X/Y',
  })
})
