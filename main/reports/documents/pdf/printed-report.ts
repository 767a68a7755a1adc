/** The report as people read it on paper: who, what, the sections, the key images, who signed. Text of reports is data, never markup. */
import type { Block, Issue, ReportSubject, Run } from '../../../contract/report.ts'
import type { Language } from '../../../contract/settings.ts'
import { IMPLEMENTATION_VERSION_NAME } from '../../../dicom/index.ts'
import { dateText, timeText } from '../figures.ts'
import { parseInstant } from '../instant.ts'
import type { IssuedReport } from '../issued-report.ts'
import { printedName } from '../person-names.ts'
import { createRunWords, type RunWords } from '../run-words.ts'
import { spokenCode } from '../spoken-codes.ts'
import { fill, type Words, wordsOf } from '../words.ts'
import { createPages, footTop, type Pages } from './pages.ts'
import type { Span } from './typesetter.ts'

const span = (text: string, marks: { bold?: boolean; italic?: boolean } = {}): Span => ({
  text,
  bold: marks.bold ?? false,
  italic: marks.italic ?? false,
})

const body = { size: 10, leading: 1.45, after: 5 }
const small = { size: 8.5, color: '#444444' }

/** The PDF of an issue. The same issue gives the same bytes. */
export function printReport(issued: IssuedReport): Promise<Uint8Array> {
  const { report, issue } = issued
  const words = wordsOf(report.language)
  const title = spokenCode(report.documentTitle, report.language)
  const pages = createPages({
    title: `${title} – ${patientName(report.subject, words)}`,
    author: signerText(issue),
    creator: `Astreinte (${IMPLEMENTATION_VERSION_NAME})`,
    created: new Date(issue.at),
    language: report.language,
  })
  writeHead(pages, issued, words, title)
  writeSections(pages, issued)
  writeKeyImages(pages, issued, words)
  writeSignature(pages, issue, words, report.language)
  return pages.end((page, count, furniture) => {
    const provisional = issue.as === 'preliminary' ? `${words.provisional} – ` : ''
    furniture.rule(footTop - 8)
    const identity = [span(provisional, { bold: true }), span(identityLine(report.subject, words, report.language))]
    const below = furniture.text(identity, footTop, { size: 8, color: '#333333' })
    const number = [span(fill(words.page, { page, pages: count }))]
    const last = furniture.text(number, below + 2, { size: 8, align: 'right' })
    furniture.text([span(words.notice)], last + 2, { size: 6.5, color: '#666666' })
  })
}

const patientName = ({ PatientName }: ReportSubject, words: Words): string => printedName(PatientName) || words.unknown

const signerText = ({ signer }: Issue): string =>
  [signer.prefix, signer.familyName.toLocaleUpperCase('fr'), signer.givenName].filter(Boolean).join(' ')

const identifierText = ({ PatientID, IssuerOfPatientID }: ReportSubject, words: Words): string =>
  PatientID === ''
    ? words.unknown
    : `${PatientID}${IssuerOfPatientID ? ` (${words.issuedBy} ${IssuerOfPatientID})` : ''}`

const identityLine = (subject: ReportSubject, words: Words, language: Language): string =>
  [
    patientName(subject, words),
    `${words.birthDate.toLocaleLowerCase(language)} ${dateText(subject.PatientBirthDate, language) || words.unknown}`,
    identifierText(subject, words),
    ...(subject.AccessionNumber ? [subject.AccessionNumber] : []),
  ].join(' · ')

const labelled = (label: string, value: string, words: Words): Span[] => [
  span(`${label}${words.colon}`),
  span(value || words.unknown, { bold: true }),
]

function writeHead(pages: Pages, { report, issue, predecessors }: IssuedReport, words: Words, title: string): void {
  const { subject, language } = report
  const { organisation } = issue.signer
  pages.write('P', [span(organisation.name, { bold: true })], { size: 10, after: organisation.FINESS ? 0 : 8 })
  if (organisation.FINESS) pages.write('P', [span(`${words.FINESS} ${organisation.FINESS}`)], { ...small, after: 8 })
  if (issue.as === 'preliminary')
    pages.banner([span(words.provisional, { bold: true })], [span(words.provisionalDetail)])
  pages.write('H1', [span(title, { bold: true })], { size: 17, leading: 1.3, after: 4 })
  if (report.kind === 'addendum') pages.write('P', [span(words.addendum, { bold: true })], { size: 11, after: 2 })
  const earlier = new Set(report.issues.flatMap(({ documents }) => documents).map((one) => one.SOPInstanceUID))
  for (const { SOPInstanceUID } of predecessors) {
    const sentence = earlier.has(SOPInstanceUID) ? words.replaces : words.addendumTo
    pages.write('P', [span(fill(sentence, { uid: SOPInstanceUID }))], { ...small, after: 2 })
  }
  pages.space(6)
  pages.columns([patientLines(subject, words, language), studyLines(subject, words, language)], { size: 9, after: 12 })
}

function patientLines(subject: ReportSubject, words: Words, language: Language): Span[][] {
  const birthName = subject.PatientBirthName ? printedName(subject.PatientBirthName) : ''
  const sex = words.sexes[subject.PatientSex as keyof Words['sexes']] ?? subject.PatientSex
  return [
    labelled(words.name, patientName(subject, words), words),
    ...(birthName ? [labelled(words.birthName, birthName, words)] : []),
    labelled(words.birthDate, dateText(subject.PatientBirthDate, language), words),
    labelled(words.sex, sex, words),
    labelled(words.identifier, identifierText(subject, words), words),
  ]
}

function studyLines(subject: ReportSubject, words: Words, language: Language): Span[][] {
  const referrer = printedName(subject.ReferringPhysicianName)
  const time = subject.StudyTime ? ` ${words.at} ${timeText(subject.StudyTime, language)}` : ''
  return [
    labelled(words.study, subject.StudyDescription, words),
    labelled(words.studyDate, subject.StudyDate ? dateText(subject.StudyDate, language) + time : '', words),
    labelled(words.accession, subject.AccessionNumber, words),
    ...(referrer ? [labelled(words.referrer, referrer, words)] : []),
  ]
}

function writeSections(pages: Pages, issued: IssuedReport): void {
  const { report } = issued
  const words = createRunWords(issued)
  for (const { title, code, blocks } of report.content.sections) {
    if (blocks.every((block) => words.block(block).trim() === '')) continue
    pages.write('H2', [span(title || code.CodeMeaning, { bold: true })], { size: 12, after: 2 }, 30)
    writeBlocks(pages, blocks, words)
    pages.space(6)
  }
}

function writeBlocks(pages: Pages, blocks: readonly Block[], words: RunWords): void {
  const numbers: number[] = []
  for (const block of blocks) {
    const spans = block.runs.map((run) => runSpan(run, words))
    if (block.kind === 'paragraph') {
      numbers.length = 0
      pages.write('P', spans, body)
    } else {
      numbers.length = block.level + 1
      const number = (numbers[block.level] ?? 0) + 1
      numbers[block.level] = block.ordered ? number : 0
      const label = span(block.ordered ? `${number}.` : '•')
      pages.write('LI', spans, { ...body, indent: 12 + 16 * block.level, after: 2, label })
    }
  }
}

const runSpan = (run: Run, words: RunWords): Span =>
  run.kind === 'text'
    ? span(run.text, { bold: run.marks.includes('bold'), italic: run.marks.includes('italic') })
    : span(words.run(run), { bold: run.kind === 'measurement' })

function writeKeyImages(pages: Pages, issued: IssuedReport, words: Words): void {
  const { report, pictures } = issued
  const { keyImages } = report.content
  const { otherStudy } = createRunWords(issued)
  if (keyImages.length === 0) return
  const hasPicture = keyImages.slice(0, 2).some(({ keyImageId }) => pictures.has(keyImageId))
  pages.write('H2', [span(words.keyImages, { bold: true })], { size: 12, after: 4 }, hasPicture ? 270 : 40)
  pages.pictures(
    keyImages.map(({ keyImageId, image, title, note }, i) => {
      const head = fill(words.image, { number: i + 1 })
      const detail = [spokenCode(title, report.language), note.trim(), otherStudy(image.StudyInstanceUID)]
        .filter(Boolean)
        .join(' – ')
      return {
        caption: [span(`${head} – `, { bold: true }), span(detail)],
        alternative: `${head} – ${detail}`,
        picture: pictures.get(keyImageId) ?? null,
        missing: [span(`\n${words.imageMissing}`, { italic: true })],
      }
    }),
    { size: 8.5, after: 10 },
  )
}

function writeSignature(pages: Pages, issue: Issue, words: Words, language: Language): void {
  const { date, time, offset } = parseInstant(issue.at)
  const { signer } = issue
  const zone = `UTC${offset.slice(0, 3)}:${offset.slice(3)}`
  pages.need(70)
  pages.space(4)
  pages.rule()
  pages.write(
    'P',
    [
      span(`${issue.as === 'final' ? words.signedBy : words.givenOutBy} `),
      span(signerText(issue), { bold: true }),
      span(` (${words.RPPS} ${signer.RPPS}), ${signer.organisation.name}`),
    ],
    { size: 10 },
  )
  pages.write(
    'P',
    [span(`${words.on} ${dateText(date, language)} ${words.at} ${timeText(time, language)} (${zone})`)],
    { size: 10 },
  )
}
