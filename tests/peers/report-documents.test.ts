/**
 * The documents of reports on the real CT, judged by others: dciodvfy and dcentvfy (dicom3tools), dsrdump (dcmtk), pydicom, pdftotext
 * and pdfinfo (poppler).
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Coded } from '../../main/contract/coded.ts'
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import type {
  FieldDefinition,
  FieldValue,
  ReportContent,
  ReportSubject,
  ReportTemplate,
} from '../../main/contract/report.ts'
import { type DataSet, HeaderScan, parsePart10, part10Header } from '../../main/dataset/index.ts'
import { type IssuedReport, type MadeDocument, makeDocuments } from '../../main/reports/documents/index.ts'
import { readTemplates } from '../../main/reports/templates/read-templates.ts'
import { craniumFolder, python } from '../helpers/corpora.ts'
import { hasTool } from '../helpers/dcmtk.ts'
import {
  issuedReport,
  measurementInPlane,
  measurementsInImages,
  quote,
  richContent,
} from '../main/reports/documents/sample-report.ts'

const cranium = craniumFolder()
const { templates } = await readTemplates([join(import.meta.dirname, '..', '..', 'resources', 'report-templates')])
const tools = ['dciodvfy', 'dcentvfy', 'dsrdump', 'pdftotext', 'pdfinfo']

interface Ran {
  code: number
  lines: string[]
}

const run = (program: string, args: readonly string[]): Ran => {
  const wrapped = ['-c', '"$0" "$@" 2>&1; echo "code $?"', program, ...args]
  const lines = execFileSync('sh', wrapped, { encoding: 'utf8', maxBuffer: 1 << 26 })
    .trimEnd()
    .split('\n')
  return { code: Number(lines.pop()?.slice(5)), lines }
}

/** The attributes of a file. */
const attributesOf = (file: string): DataSet => {
  const bytes = new Uint8Array(readFileSync(file))
  const head = parsePart10(bytes)
  if (!('dataSetOffset' in head)) throw new Error(head.kind)
  const scan = new HeaderScan(head.TransferSyntaxUID)
  scan.push(bytes.subarray(head.dataSetOffset))
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.kind)
  return result.attributes
}

const imageOf = (data: DataSet): ImageReference => ({
  SOPClassUID: data.text('SOPClassUID'),
  SOPInstanceUID: data.text('SOPInstanceUID'),
  SeriesInstanceUID: data.text('SeriesInstanceUID'),
  StudyInstanceUID: data.text('StudyInstanceUID'),
  frame: null,
})

const subjectOf = (data: DataSet): ReportSubject => ({
  StudyInstanceUID: data.text('StudyInstanceUID'),
  PatientName: data.personName('PatientName'),
  PatientID: data.text('PatientID'),
  IssuerOfPatientID: data.text('IssuerOfPatientID'),
  PatientBirthDate: data.text('PatientBirthDate'),
  PatientSex: data.text('PatientSex'),
  StudyDate: data.text('StudyDate'),
  StudyTime: data.text('StudyTime'),
  StudyID: data.text('StudyID'),
  AccessionNumber: data.text('AccessionNumber'),
  StudyDescription: data.text('StudyDescription'),
  ReferringPhysicianName: data.personName('ReferringPhysicianName'),
})

/** A value that a field may have. */
const someValueOf = ({ type }: FieldDefinition): FieldValue => {
  if (type.kind === 'number') return { kind: 'number', value: 12 }
  if (type.kind === 'date') return { kind: 'date', date: '20260313' }
  if (type.kind === 'text') return { kind: 'text', text: 'œdème ≥ 2 cm' }
  const optionIds = type.options.map(({ optionId }) => optionId)
  return { kind: 'choice', optionIds: type.several ? optionIds : optionIds.slice(0, 1) }
}

/** What a template becomes when each field is filled in and `quoted` are quoted at the end of each section. */
const filledIn = ({ content }: ReportTemplate, quoted: readonly Measurement[]): ReportContent => {
  const values = new Map(content.fields.map((field) => [field.fieldId, someValueOf(field)]))
  const findings = { kind: 'paragraph' as const, runs: quoted.map(quote) }
  const sections = content.sections.map((section) => ({
    ...section,
    blocks: [
      ...section.blocks.map((block) => ({
        ...block,
        runs: block.runs.map((run) =>
          run.kind === 'field' ? { ...run, value: run.value ?? values.get(run.fieldId) ?? null } : run,
        ),
      })),
      findings,
    ],
  }))
  return { ...content, sections, keyImages: richContent([]).keyImages }
}

/** What dciodvfy remarks and we mean: French coding schemes, which it does not know, and the birth name, which extends the IOD. */
const meant = [
  /Unrecognized defined term = <(99RPPS|99FINESS|99ASTREINTE|1\.2\.250\.1\.71\.4\.2\.[12])>/,
  /PatientBirthName\(0010,1005\)> - Attribute is not present in standard DICOM IOD/,
  // An unknown patient is unknown in a DICOMDIR too.
  /Missing attribute or value that would be needed to build DICOMDIR/,
]
/** A content tree as it must be read back, checked by eye against the templates of PS3.16. */
const expected = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', 'fixtures', name), 'utf8').trimEnd()

/** What dsrdump cannot check. */
const unchecked = [
  /VR checker does not support this Specific Character Set/,
  /Check for template constraints not yet supported/,
]

describe.runIf(cranium !== null && tools.every(hasTool))('documents of reports', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-documents-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const ctFiles = (cranium === null ? [] : readdirSync(cranium)).sort().map((name) => join(cranium ?? '', name))
  const [ctFile = ''] = ctFiles

  /** The sample with its study replaced by the real one. */
  const onCt = (measurements: readonly Measurement[], more: Parameters<typeof issuedReport>[0] = {}): IssuedReport => {
    const data = attributesOf(ctFile)
    const image = imageOf(data)
    const here = (one: ImageReference | null) => (one?.StudyInstanceUID === '2.25.1' ? image : one)
    const measured = measurements.map((one) => ({ ...one, image: here(one.image) }))
    const content = richContent(measured)
    const keyImages = content.keyImages.map((one) => ({ ...one, image: here(one.image) ?? one.image }))
    const subject = { ...subjectOf(data), AccessionNumber: 'ACC2026-0042', ...more.subject }
    return issuedReport({ measurements: measured, content: { ...content, keyImages }, ...more, subject })
  }

  const predecessor = {
    StudyInstanceUID: '2.25.1',
    SeriesInstanceUID: '2.25.301',
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.33',
    SOPInstanceUID: '2.25.3001',
  }
  const hostileName = '<script>alert(1)</script>\u202eEVIL^%s{{uid}}^\u200b\u0e01\u5c71'
  const samples: Record<string, () => IssuedReport> = {
    final: () => onCt(measurementsInImages),
    plane: () =>
      onCt([...measurementsInImages, measurementInPlane], { report: { language: 'en' }, issue: { as: 'preliminary' } }),
    addendum: () =>
      onCt([], {
        report: { kind: 'addendum' },
        predecessors: [predecessor],
        subject: { PatientName: { Alphabetic: hostileName }, PatientBirthName: { Alphabetic: 'Ægidius^Élodie' } },
      }),
    unknown: () =>
      issuedReport({
        subject: { PatientName: {}, PatientID: '', PatientBirthDate: '', AccessionNumber: '', StudyDate: '' },
      }),
  }

  const made = new Map<string, { document: MadeDocument; file: string }[]>()
  beforeAll(async () => {
    for (const [name, sample] of Object.entries(samples)) {
      const documents = await makeDocuments(sample())
      made.set(
        name,
        documents.map((document, i) => {
          const file = join(folder, `${name}-${i}-${document.kind}.dcm`)
          writeFileSync(file, Buffer.concat([part10Header(document), document.dataSet]))
          return { document, file }
        }),
      )
    }
  })
  const filesOf = (name: string) => made.get(name) ?? []
  const fileOf = (name: string, kind: string): string =>
    filesOf(name).find((one) => one.document.kind === kind)?.file ?? ''
  const isTree = ({ document }: { document: MadeDocument }) => document.kind !== 'pdf'

  test.each(Object.keys(samples))('%s: dciodvfy finds no error, and remarks only what is meant', (name) => {
    expect(filesOf(name).length).toBeGreaterThan(2)
    for (const { file } of filesOf(name)) {
      const { lines } = run('dciodvfy', ['-new', file])
      expect(lines.filter((line) => !meant.some((pattern) => pattern.test(line)))).toEqual([
        expect.stringMatching(/^(ComprehensiveSR|Comprehensive3DSR|KeyObjectSelectionDocument|EncapsulatedPDF)$/),
      ])
    }
  })

  test.each(Object.keys(samples))('%s: dsrdump reads every tree without complaint', (name) => {
    for (const { file } of filesOf(name).filter(isTree)) {
      const { code, lines } = run('dsrdump', ['+Pl', '+Pc', '+Pt', '+Pu', file])
      expect(code).toBe(0)
      const complaints = lines.filter((line) => /^[EWF]: /.test(line))
      expect(complaints.filter((line) => !unchecked.some((pattern) => pattern.test(line)))).toEqual([])
    }
  })

  test.each(templates.map((template) => [`${template.templateId} in ${template.language}`, template] as const))(
    '%s, filled in: dciodvfy and dsrdump find no error',
    async (name, template) => {
      const { language, documentTitle } = template
      const content = filledIn(template, measurementsInImages)
      const kind = template.templateId === 'addendum' ? 'addendum' : 'report'
      const sample = issuedReport({
        content,
        report: { language, documentTitle, kind },
        predecessors: kind === 'addendum' ? [predecessor] : [],
      })
      const tree = (await makeDocuments(sample)).find((document) => document.kind === 'report')
      if (!tree) throw new Error('no report')
      const file = join(folder, `${name}.dcm`)
      writeFileSync(file, Buffer.concat([part10Header(tree), tree.dataSet]))
      const { lines } = run('dciodvfy', ['-new', file])
      expect(lines.filter((line) => !meant.some((pattern) => pattern.test(line)))).toEqual(['ComprehensiveSR'])
      const dump = run('dsrdump', [file])
      const complaints = dump.lines.filter((line) => /^[EWF]: /.test(line))
      expect(complaints.filter((line) => !unchecked.some((pattern) => pattern.test(line)))).toEqual([])
      expect(dump.code).toBe(0)
    },
  )

  test('titles and headings of templates are those of the standard (CID 7000, CID 7001), as it words them', () => {
    const script = join(import.meta.dirname, '..', 'fixtures', 'context_groups.py')
    const known: Record<string, string[][]> = JSON.parse(
      execFileSync(python, [script, '7000', '7001'], { encoding: 'utf8' }),
    )
    const triple = ({ CodeValue, CodingSchemeDesignator, CodeMeaning }: Coded) => [
      CodeValue,
      CodingSchemeDesignator,
      CodeMeaning,
    ]
    for (const { documentTitle, content } of templates) {
      expect(known['7000']).toContainEqual(triple(documentTitle))
      for (const { code } of content.sections) expect(known['7001']).toContainEqual(triple(code))
    }
  })

  test('dcentvfy finds the documents in step with the images of the study', () => {
    const { lines } = run('dcentvfy', [ctFile, ...filesOf('final').map(({ file }) => file)])
    // It counts an accession number to the series of encapsulated documents, where the standard has it in the study.
    expect(lines.filter((line) => !/Element=<AccessionNumber> IE <Study> versus <Series>/.test(line))).toEqual([])
  })

  const trees = (files: readonly string[]): { tree: string[]; header: Record<string, unknown[]> }[] =>
    execFileSync(python, [join(import.meta.dirname, '..', 'fixtures', 'sr_content_tree.py'), ...files], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  test('pydicom reads back the content of the report', () => {
    const [report] = trees([fileOf('final', 'report')])
    const image = attributesOf(ctFile).text('SOPInstanceUID')
    const shown = report?.tree.map((line) => line.replaceAll(image, 'CT'))
    expect(shown?.join('\n')).toBe(expected('report-tree.txt'))
  })

  test('pydicom reads back the content of measurements in images and in a plane, and of key objects', () => {
    const image = attributesOf(ctFile).text('SOPInstanceUID')
    const files = filesOf('plane').filter(
      ({ document }) => document.kind === 'measurements' || document.kind === 'keyObjects',
    )
    const shown = trees(files.map(({ file }) => file)).map(({ tree }) => tree.join('\n').replaceAll(image, 'CT'))
    expect(shown.join('\n\n')).toBe(expected('measurement-trees.txt'))
  })

  test('pydicom reads a hostile name as it is', () => {
    for (const { header } of trees(filesOf('addendum').map(({ file }) => file))) {
      expect(header.PatientName).toEqual([{ Alphabetic: hostileName }])
    }
  })

  const pdfOf = (name: string): string => {
    const pdf = join(folder, `${name}.pdf`)
    const script =
      'import sys, pydicom; d = pydicom.dcmread(sys.argv[1]); open(sys.argv[2], "wb").write(d.EncapsulatedDocument[:d.EncapsulatedDocumentLength])'
    execFileSync(python, ['-c', script, fileOf(name, 'pdf'), pdf])
    return pdf
  }
  /** The words of the PDF, pages and lines joined. */
  const wordsOf = (name: string): string =>
    execFileSync('pdftotext', ['-raw', '-enc', 'UTF-8', pdfOf(name), '-'], { encoding: 'utf8' })
      .normalize('NFC')
      .replace(/\s+/g, ' ')

  test('the PDF says every word of the report, who it is about, who signed it and what this program is not', () => {
    const words = wordsOf('final')
    for (const sentence of [
      'Compte rendu de scanner cérébral',
      'Céphalées brutales chez une patiente de 44 ans ; œdème ? Suspicion d’hémorragie méningée.',
      'volume 1 234,5 mm³, ancienneté 13/03/2026, siège lobe frontal ≥ 2 cm -> cortex 3x4, remarque —.',
      '1. lésion 12,3 mm',
      'surface 123,5 mm², moyenne 61,3 UH, écart-type 4,5 UH, minimum 48 UH, maximum 75 UH',
      'Voir image clé 1.',
      'Image 1 – Image d’intérêt – Hématome, épaisseur maximale',
      'Cette image n’a pas pu être reproduite ici ; elle est dans l’examen.',
      'Signé par Dr LEFÈVRE Anne-Cécile (RPPS 10001234567), Centre hospitalier de Saint-Gaudens',
      'le 14/03/2026 à 23 h 05 (UTC+01:00)',
      'page 1 / 2',
      'page 2 / 2',
      'Astreinte n’est pas un dispositif médical : logiciel sans marquage CE au titre du règlement (UE) 2017/745.',
    ]) {
      expect(words).toContain(sentence)
    }
    expect(words).not.toContain('PROVISOIRE')
    const identity = 'ACC2026-0042'
    expect(words.split(identity).length - 1).toBe(3)
  })

  test('a provisional one says so on every page, in its language; an addendum says to what', () => {
    const words = wordsOf('plane')
    expect(words.split('PROVISIONAL REPORT').length - 1).toBe(3)
    expect(words).toContain('Given out provisionally by Dr LEFÈVRE Anne-Cécile')
    expect(words).toContain('on 14 March 2026 at 23:05 (UTC+01:00)')
    expect(words).toContain('Astreinte is not a medical device')
    expect(wordsOf('addendum')).toContain('ADDENDUM Complète le compte rendu signé (document DICOM 2.25.3001).')
  })

  test('markup and direction marks in a name are words, and act on nothing', () => {
    const words = wordsOf('addendum')
    expect(words).toContain('<SCRIPT>ALERT(1)</SCRIPT>')
    expect(words).toContain('[U+202E]EVIL %s{{uid}} [U+200B][U+0E01][U+5C71]')
    expect(words).not.toContain('\u202e')
  })

  test('the PDF is tagged, has a language and embeds its fonts', () => {
    const pdf = pdfOf('final')
    const info = run('pdfinfo', [pdf]).lines.join('\n')
    expect(info).toMatch(/Tagged: +yes/)
    expect(info).toMatch(/PDF version: +1\.7/)
    expect(info).toMatch(/CreationDate: +Sat Mar 14 22:05:09 2026/)
    expect(info).toMatch(/Page size: +595\.28 x 841\.89 pts \(A4\)/)
    const bytes = readFileSync(pdf).toString('latin1')
    expect(bytes).toContain('/Lang (fr)')
    expect(bytes).toContain('<pdfaid:part>2</pdfaid:part>')
    expect(bytes).toContain('<xmp:CreateDate>2026-03-14T22:05:09Z</xmp:CreateDate>')
    expect(info).not.toContain('ModDate')
    const fonts = run('pdffonts', [pdf]).lines.slice(2)
    expect(fonts.length).toBeGreaterThan(3)
    for (const font of fonts) expect(font).toMatch(/yes yes yes/)
  })
})
