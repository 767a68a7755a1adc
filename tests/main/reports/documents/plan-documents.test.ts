import { expect, test } from 'vitest'
import { SOPClassUIDs } from '../../../../main/dicom/index.ts'
import { planDocuments } from '../../../../main/reports/documents/index.ts'
import { countingUIDs, measurementInPlane, measurementsInImages, richContent } from './sample-report.ts'

const { ComprehensiveSRStorage, Comprehensive3DSRStorage, KeyObjectSelectionDocumentStorage, EncapsulatedPDFStorage } =
  SOPClassUIDs
const shape = (content: Parameters<typeof planDocuments>[0]) =>
  planDocuments(content, countingUIDs()).map(({ kind, SOPClassUID }) => [kind, SOPClassUID])

test('a report with measurements and key images of two titles has five documents, each kind in a series of its own', () => {
  const content = richContent(measurementsInImages)
  expect(shape(content)).toEqual([
    ['measurements', ComprehensiveSRStorage],
    ['keyObjects', KeyObjectSelectionDocumentStorage],
    ['keyObjects', KeyObjectSelectionDocumentStorage],
    ['report', ComprehensiveSRStorage],
    ['pdf', EncapsulatedPDFStorage],
  ])
  const documents = planDocuments(content, countingUIDs())
  expect(new Set(documents.map(({ SOPInstanceUID }) => SOPInstanceUID)).size).toBe(5)
  expect(new Set(documents.map(({ kind, SeriesInstanceUID }) => `${kind} ${SeriesInstanceUID}`)).size).toBe(4)
  expect(new Set(documents.map(({ SeriesInstanceUID }) => SeriesInstanceUID)).size).toBe(4)
})

test('words alone make a report and a PDF', () => {
  expect(shape({ ...richContent([]), keyImages: [] })).toEqual([
    ['report', ComprehensiveSRStorage],
    ['pdf', EncapsulatedPDFStorage],
  ])
})

test('a measurement in a reformatted plane wants the document that holds coordinates in space', () => {
  expect(shape(richContent([...measurementsInImages, measurementInPlane]))[0]).toEqual([
    'measurements',
    Comprehensive3DSRStorage,
  ])
})

test('key images of one title in two studies are two selections', () => {
  const content = richContent([])
  const [first] = content.keyImages
  if (!first) throw new Error('no key image')
  const elsewhere = { ...first, keyImageId: 'other', image: { ...first.image, StudyInstanceUID: '2.25.3' } }
  const documents = planDocuments({ ...content, keyImages: [first, elsewhere, first] }, countingUIDs())
  expect(documents.filter(({ kind }) => kind === 'keyObjects')).toHaveLength(2)
})
