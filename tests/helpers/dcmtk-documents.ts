/** Documents of a study as dcmtk makes them: a structured report, a key object selection, an encapsulated PDF and CDA. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { python } from './corpora.ts'

/** The image that documents refer to. */
export interface ReferencedImage {
  file: string
  SOPClassUID: string
  SOPInstanceUID: string
  SeriesInstanceUID: string
  StudyInstanceUID: string
}

/** Reads the identifiers of an image file. */
export function referencedImage(file: string): ReferencedImage {
  const names = ['SOPClassUID', 'SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID']
  const script = `import sys,pydicom;d=pydicom.dcmread(sys.argv[1],stop_before_pixels=True);print(*[d[n].value for n in sys.argv[2:]])`
  const values = execFileSync(python, ['-c', script, file, ...names], { encoding: 'utf8' })
    .trim()
    .split(' ')
  return {
    file,
    ...(Object.fromEntries(names.map((name, index) => [name, values[index]])) as Omit<ReferencedImage, 'file'>),
  }
}

/** Runs a program of dcmtk to its end. */
const run = (tool: string, args: readonly string[]): void => void execFileSync(tool, [...args], { stdio: 'ignore' })

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

const code = (value: string, scheme: string, meaning: string): string =>
  `<value>${escaped(value)}</value><scheme><designator>${scheme}</designator></scheme><meaning>${escaped(meaning)}</meaning>`

const concept = (value: string, scheme: string, meaning: string): string =>
  `<concept>${code(value, scheme, meaning)}</concept>`

const contains = '<relationship>CONTAINS</relationship>'

const text = (meaning: string, value: string, relationship = contains): string =>
  `<text>${relationship}${concept('121071', 'DCM', meaning)}<value>${escaped(value)}</value></text>`

const instance = ({ SOPClassUID, SOPInstanceUID }: ReferencedImage): string =>
  `<value><sopclass uid="${SOPClassUID}">Storage</sopclass><instance uid="${SOPInstanceUID}"/></value>`

const section = (meaning: string, items: string): string =>
  `<container flag="SEPARATE">${contains}${concept('121070', 'DCM', meaning)}${items}</container>`

interface Frame {
  type: string
  sopclass: string
  modality: string
  number: number
  document: string
}

function write(
  folder: string,
  name: string,
  image: ReferencedImage,
  { type, sopclass, modality, number, document }: Frame,
): string {
  const { StudyInstanceUID, SeriesInstanceUID } = image
  const xml = join(folder, `${name}.xml`)
  const file = join(folder, `${name}.dcm`)
  writeFileSync(
    xml,
    `<?xml version="1.0" encoding="UTF-8"?>
<report type="${type}"><sopclass uid="${sopclass}">${sopclass}</sopclass><charset>ISO_IR 192</charset><modality>${modality}</modality>
<patient><name><last>Crâne</last></name></patient><study uid="${StudyInstanceUID}"></study>
<series uid="${StudyInstanceUID}.${number}"><number>${number}</number></series><instance uid="${StudyInstanceUID}.${number}.1"><number>1</number></instance>
<evidence type="Current Requested Procedure"><study uid="${StudyInstanceUID}"><series uid="${SeriesInstanceUID}">${instance(image)}</series></study></evidence>
${document}</report>`,
  )
  run('xml2dsr', ['-q', xml, file])
  return file
}

const dated = '<date>2026-01-05</date><time>21:42:00</time>'

/** A verified Comprehensive SR with sections, a measured value, coordinates, a link to the image, and text that tries to be markup. */
export function makeReport(folder: string, image: ReferencedImage): string {
  const shape = `<scoord type="POLYLINE"><relationship>INFERRED FROM</relationship>${concept('121055', 'DCM', 'Path')}<image><relationship>SELECTED FROM</relationship>${instance(image)}</image><data>10/20,40/20</data></scoord>`
  const length = `<num>${contains}${concept('G-D7FE', 'SRT', 'Length')}${shape}<value>28.7</value><unit>${code('mm', 'UCUM', 'millimeter')}</unit></num>`
  const picture = `<image>${contains}${concept('121080', 'DCM', 'Best illustration of finding')}${instance(image)}</image>`
  return write(folder, 'report', image, {
    type: 'Comprehensive SR',
    sopclass: '1.2.840.10008.5.1.4.1.1.88.33',
    modality: 'SR',
    number: 901,
    document: `<document><completion flag="COMPLETE"/><verification flag="VERIFIED"><observer pos="1"><datetime>2026-01-05T21:50:00</datetime><name><first>Jörg</first><last>Riesmeier</last></name><organization>OFFIS e.V.</organization></observer></verification>
<content>${dated}<container flag="SEPARATE">${concept('18782-3', 'LN', 'Radiology Study observation')}
${section('History', text('History', 'Chute à vélo.\nPas d’anticoagulant.'))}
${section('Findings', text('Finding', 'Pas de saignement. <img src=x onerror=alert(1)>') + length + picture)}
</container></content></document>`,
  })
}

/** A key object selection of one image. */
export function makeKeyObjects(folder: string, image: ReferencedImage): string {
  return write(folder, 'keys', image, {
    type: 'Key Object Selection Document',
    sopclass: '1.2.840.10008.5.1.4.1.1.88.59',
    modality: 'KO',
    number: 902,
    document: `<document><content>${dated}<container flag="SEPARATE">${concept('113000', 'DCM', 'Of Interest')}${text('Key Object Description', 'Pour la réunion')}<image>${contains}${instance(image)}</image></container></content></document>`,
  })
}

/** Keys that no password fits (PDF 1.4 §3.5.2). */
const encryption = `/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<${'41'.repeat(32)}>/U<${'42'.repeat(32)}>>>/ID[<00><00>]`

/** A PDF of pages with one line of text each, Helvetica not embedded. */
export function plainPdf(lines: readonly string[], options: { isEncrypted?: boolean } = {}): Buffer {
  const parts = ['%PDF-1.4\n']
  const offsets: number[] = []
  const add = (body: string) => {
    offsets.push(parts.join('').length)
    parts.push(`${offsets.length} 0 obj\n${body}\nendobj\n`)
  }
  const pages = lines.map((_, index) => `${4 + 2 * index} 0 R`)
  add('<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>')
  add(`<</Type/Pages/Kids[${pages.join(' ')}]/Count ${lines.length}>>`)
  add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>')
  lines.forEach((line, index) => {
    const content = `BT /F 24 Tf 40 300 Td (${line}) Tj ET`
    add(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 360]/Resources<</Font<</F 3 0 R>>>>/Contents ${5 + 2 * index} 0 R>>`,
    )
    add(`<</Length ${content.length}>>stream\n${content}\nendstream`)
  })
  const start = parts.join('').length
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${table}trailer<</Size ${offsets.length + 1}/Root 1 0 R${options.isEncrypted ? encryption : ''}>>\nstartxref\n${start}\n%%EOF\n`,
  )
  return Buffer.from(parts.join(''), 'latin1')
}

/** Encapsulates a PDF in the image's study. */
export function encapsulatePdf(folder: string, name: string, image: ReferencedImage, pdf: Uint8Array): string {
  const source = join(folder, `${name}.pdf`)
  const file = join(folder, `${name}.dcm`)
  writeFileSync(source, pdf)
  run('pdf2dcm', ['-q', '+st', image.file, source, file])
  return file
}

/** Encapsulates a CDA in the image's study. */
export function encapsulateCda(folder: string, name: string, image: ReferencedImage, cda: string): string {
  const source = join(folder, `${name}.xml`)
  const file = join(folder, `${name}.dcm`)
  writeFileSync(source, cda)
  run('cda2dcm', ['-q', '+ov', '+st', image.file, source, file])
  return file
}
