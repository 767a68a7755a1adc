import { expect, test } from 'vitest'
import type { Measurement } from '../../../../main/contract/measurement.ts'
import type { ReportContent, Run } from '../../../../main/contract/report.ts'
import { makeDocuments } from '../../../../main/reports/documents/index.ts'
import { type ReadItem, readDocument } from './read-document.ts'
import { issuedReport, measurementInPlane, measurementsInImages, richContent } from './sample-report.ts'

const items = (value: unknown): ReadItem[] => (Array.isArray(value) ? value : []) as ReadItem[]
const meaning = (sequence: unknown): unknown => items(sequence)[0]?.CodeMeaning

/** Headings of the report, each with what its items say first. */
async function headings(content: ReportContent) {
  const report = (await makeDocuments(issuedReport({ measurements: [], content }))).find(
    ({ kind }) => kind === 'report',
  )
  if (!report) throw new Error('no report')
  return items(readDocument(report).ContentSequence)
    .filter(({ ValueType }) => ValueType === 'CONTAINER')
    .map(({ ConceptNameCodeSequence, ContentSequence }) => [
      meaning(ConceptNameCodeSequence),
      items(ContentSequence).map((item) => item.TextValue ?? item.ValueType),
    ])
}

const section = (title: string, text: string) => ({
  sectionId: title,
  code: { CodeValue: '59776-5', CodingSchemeDesignator: 'LN', CodeMeaning: 'Findings' },
  title,
  mandatory: false,
  blocks: [{ kind: 'paragraph' as const, runs: [{ kind: 'text' as const, text, marks: [] }] }],
})

test('a section is called as its template calls it; one that says nothing is left out', async () => {
  const content = { sections: [section('Résultats', 'Rien.'), section('Vide', ' ')], fields: [], keyImages: [] }
  expect(await headings({ ...content, sections: [section('Résultats', 'Rien.')] })).toEqual([['Résultats', ['Rien.']]])
  expect(await headings(content)).toEqual([['Findings', ['Résultats\r\nRien.']]])
})

test('sections of one code keep its meaning, and say their titles in the text', async () => {
  const content = { sections: [section('Thorax', 'A'), section('Abdomen', 'B')], fields: [], keyImages: [] }
  expect(await headings(content)).toEqual([
    ['Findings', ['Thorax\r\nA']],
    ['Findings', ['Abdomen\r\nB']],
  ])
})

test('key images stand in the section of the template for them', async () => {
  const { keyImages } = richContent([])
  const place = {
    ...section('Illustrations', 'Voir.'),
    code: { CodeValue: '55113-5', CodingSchemeDesignator: 'LN', CodeMeaning: 'Key Images' },
  }
  expect(await headings({ sections: [place], fields: [], keyImages: keyImages.slice(0, 2) })).toEqual([
    ['Illustrations', ['Voir.', '1. Hématome, épaisseur maximale', 'IMAGE']],
  ])
  expect(await headings({ sections: [], fields: [], keyImages: keyImages.slice(1, 2) })).toEqual([
    ['Images clés', ['IMAGE']],
  ])
})

test('what was measured or marked in another study is dated, also in a reformatted plane; a study without a date is said to be another', async () => {
  const [, , inPrior] = measurementsInImages
  if (!inPrior) throw new Error('no measurement of the prior')
  const inPlane = { ...measurementInPlane, StudyInstanceUID: '2.25.2', values: inPrior.values.slice(0, 1) }
  const { keyImages } = richContent([])
  const quote = ({ measurementId, revision, kind, image, values }: Measurement): Run => ({
    kind: 'measurement',
    measurementId,
    revision,
    measured: kind,
    image,
    values: values.slice(0, 1),
  })
  const runs = [measurementsInImages[0], inPrior, inPlane].map((one) => ({
    kind: 'paragraph' as const,
    runs: one ? [quote(one)] : [],
  }))
  const content = {
    sections: [{ ...section('Findings', ''), blocks: runs }],
    fields: [],
    keyImages: keyImages.slice(2),
  }
  const said = async (studyDates: ReadonlyMap<string, string>) => {
    const measurements = [...measurementsInImages, inPlane]
    const documents = await makeDocuments(issuedReport({ measurements, content, studyDates }))
    const report = documents.find(({ kind }) => kind === 'report')
    return items(report && readDocument(report).ContentSequence)
      .filter(({ ValueType }) => ValueType === 'CONTAINER')
      .flatMap(({ ContentSequence }) =>
        items(ContentSequence).map(({ TextValue }) => String(TextValue).replaceAll('\u00a0', ' ')),
      )
  }
  expect(await said(new Map([['2.25.2', '20240312']]))).toEqual([
    '12,3 mm',
    'surface 123,5 mm² (examen du 12/03/2024)',
    'surface 123,5 mm² (examen du 12/03/2024)',
    '1. Examen antérieur – examen du 12/03/2024',
  ])
  expect(await said(new Map())).toEqual([
    '12,3 mm',
    'surface 123,5 mm² (autre examen)',
    'surface 123,5 mm² (autre examen)',
    '1. Examen antérieur – autre examen',
  ])
})
