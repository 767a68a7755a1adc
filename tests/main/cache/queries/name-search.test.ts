/** Patients are found by their names as people type them, and the names of pydicom's files in 15 character sets by any part of any of their groups. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { IndexWriter } from '../../../../main/cache/index-database/index-writer.ts'
import { StudyQueries } from '../../../../main/cache/queries/study-list.ts'
import { HeaderScan, indexedAttributes, parsePart10 } from '../../../../main/dataset/index.ts'
import { type PersonNameGroups, parsePersonName } from '../../../../main/dicom/person-name.ts'
import { pydicomFolder } from '../../../helpers/corpora.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { emptyIndex } from './synthetic-index.ts'
import { syntheticEntry } from './synthetic-studies.ts'

interface Names {
  PatientName: PersonNameGroups
  PatientBirthName?: PersonNameGroups
}

/** An index with one study for each of `patients`, as a question to it: which of them are found, by position. */
const search = (patients: readonly Names[]): ((typed: string) => number[]) => {
  const database = emptyIndex(temporaryFolder())
  onTestFinished(() => void database.close())
  new IndexWriter(database).insert(
    patients.map((names, at) => {
      const entry = syntheticEntry(at + 1, 1, 1, at + 1)
      const attributes = { ...entry.row.attributes, StudyDescription: '', InstitutionName: '', ...names }
      return { ...entry, row: { ...entry.row, attributes } }
    }),
  )
  const queries = new StudyQueries(database)
  const page = { modalities: [], sort: 'lastReceivedAt', descending: false, offset: 0, limit: 100 }
  return (typed) =>
    queries
      .listStudies({ ...page, search: typed })
      .rows.map(({ AccessionNumber }) => Number(AccessionNumber.slice(1)) - 1)
}

const named = (value: string): Names => ({ PatientName: parsePersonName(value) })

it('French names are found however their parts are typed', () => {
  const find = search([
    named('DE LA TOUR^Anne-Cécile'),
    named('DELATOUR^ANNECECILE'),
    named("D'ORMESSON^Jean"),
    named('DORMESSON^JEAN'),
    named('LEFÈVRE-MARTIN^Jean-Pierre'),
    named('LEFEVRE MARTIN^JEANPIERRE'),
    named('MARTIN^Jean'),
    { ...named('PETIT^Chloé'), PatientBirthName: parsePersonName('du Plessis') },
    named("L'HAŸ-LES-ROSES^Œnone"),
  ])
  const cases: [string[], number[]][] = [
    [
      ['de la tour', 'De La Tour', 'delatour', 'DELATOUR', 'de latour', 'dela tour'],
      [0, 1],
    ],
    [['la tour', 'latour', 'tour de la'], [0]],
    [
      ['anne-cécile de la tour', 'ANNE CECILE DELATOUR', 'annececile de la tour'],
      [0, 1],
    ],
    [
      ["d'ormesson", 'd’Ormesson', 'D ORMESSON', 'dormesson', 'jean dormesson', "D'ORMESSON jean"],
      [2, 3],
    ],
    [['ormesson'], [2]],
    [
      ['jean-pierre', 'Jean Pierre', 'JEANPIERRE', 'jeanpierre lefevre', 'LEFÈVRE-MARTIN', 'lefèvremartin'],
      [4, 5],
    ],
    [
      ['martin', 'martin jean', 'Jéan MÁRTIN'],
      [4, 5, 6],
    ],
    [['pierre martin'], [4]],
    [['du plessis', 'duplessis', 'PLESSIS petit', 'chloe du plessis'], [7]],
    [['lhay les roses', "l'haÿ", 'L HAY', 'oenone', 'Œnone', 'roses'], [8]],
    [['martine', 'jean petit', 'tour lefevre'], []],
  ]
  for (const [questions, found] of cases) for (const typed of questions) expect(find(typed), typed).toEqual(found)
})

const folder = pydicomFolder('charset_files')

/** As the table beside the files and PS3.5 annexes H to K give them. */
const FILES: Record<string, string> = {
  'chrArab.dcm': 'قباني^لنزار',
  'chrFren.dcm': 'Buc^Jérôme',
  'chrFrenMulti.dcm': 'Buc^Jérôme',
  'chrGerm.dcm': 'Äneas^Rüdiger',
  'chrGreek.dcm': 'Διονυσιος',
  'chrH31.dcm': 'Yamada^Tarou=山田^太郎=やまだ^たろう',
  'chrH32.dcm': 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
  'chrHbrw.dcm': 'שרון^דבורה',
  'chrI2.dcm': 'Hong^Gildong=洪^吉洞=홍^길동',
  'chrJapMulti.dcm': 'やまだ^たろう',
  'chrJapMultiExplicitIR6.dcm': 'やまだ^たろう',
  'chrKoreanMulti.dcm': '김희중',
  'chrRuss.dcm': 'Люкceмбypг',
  'chrX1.dcm': 'Wang^XiaoDong=王^小東',
  'chrX2.dcm': 'Wang^XiaoDong=王^小东',
}

const namesIn = (file: string): Names => {
  const bytes = new Uint8Array(readFileSync(file))
  const head = parsePart10(bytes)
  if (!('dataSetOffset' in head)) throw new Error(head.kind)
  const scan = new HeaderScan(head.TransferSyntaxUID)
  scan.push(bytes.subarray(head.dataSetOffset))
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.kind)
  return { PatientName: indexedAttributes(result.attributes).PatientName }
}

describe.runIf(folder !== null)('names in other character sets', () => {
  it('decode right and are found by family name, given name and both, in each of their groups', () => {
    const files = Object.keys(FILES)
    const patients = files.map((file) => namesIn(join(folder ?? '', file)))
    expect(Object.fromEntries(files.map((file, at) => [file, patients[at]]))).toEqual(
      Object.fromEntries(Object.entries(FILES).map(([file, value]) => [file, named(value)])),
    )
    const find = search(patients)
    Object.values(FILES).forEach((value, at) => {
      for (const group of value.split('=')) {
        const parts = group.split('^')
        const joined = /\p{Script=Latin}/u.test(group) ? [] : [parts.join('')]
        for (const typed of [...parts, parts.join(' '), parts.toReversed().join(' ').toUpperCase(), ...joined])
          expect(find(typed), typed).toContain(at)
      }
    })
    expect([find('jerome buc'), find('ruDIGER'), find('小东'), find('ヤマダ')]).toEqual([[1, 2], [3], [14], [6]])
  })
})
