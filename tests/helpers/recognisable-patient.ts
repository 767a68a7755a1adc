/** A patient whose every word and pixel is recognisable wherever it stands, in no dictionary, program or font; and the search for them on a disk. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ctImage, type TestObject } from '../main/cache/data-sets.ts'

export const secrets = {
  PatientName: 'ZORGLUBEC',
  PatientID: 'IDQX7788',
  StudyDescription: 'TDMQUOLZ',
  InstitutionName: 'CHUVRABEC',
  AccessionNumber: 'ACCWYX41',
  report: 'lesionquarbuz',
  searched: 'ZORGLU',
  StudyInstanceUID: '1.2.826.0.1.77.91',
}
const RUN = Buffer.from('a1f3079be2d45c8816fe3370c90d6ab5', 'hex')
const SIDE = 128

/** Images of the patient, whose pixels hold one run of bytes over and over. */
export const imagesOfPatient = (count = 24): TestObject[] =>
  Array.from({ length: count }, (_, index) =>
    ctImage(
      { study: 91, instance: index + 1, rows: SIDE },
      {
        PatientName: `${secrets.PatientName}^Hortense`,
        PatientID: secrets.PatientID,
        StudyDescription: secrets.StudyDescription,
        InstitutionName: secrets.InstitutionName,
        AccessionNumber: secrets.AccessionNumber,
        PixelData: Buffer.alloc(SIDE * SIDE * 2, RUN),
      },
    ),
  )

/** Each way in which a text may lie in a file. */
const encodings = (text: string): Buffer[] => [
  Buffer.from(text, 'utf8'),
  Buffer.from(text, 'utf16le'),
  Buffer.from(text.toLowerCase(), 'utf8'),
]

/** What `look` gives; null where a program that runs has just removed what it looks at. */
function whileThere<T>(look: () => T): T | null {
  try {
    return look()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** The files at any depth of a folder, which programs may be writing to. */
export const filesBelow = (folder: string): string[] =>
  (whileThere(() => readdirSync(folder, { withFileTypes: true })) ?? []).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() ? [path] : []
  })

/** What of the patient stands in the files below, or in their names. */
export function foundInClear(...folders: string[]): string[] {
  const wanted: [string, Buffer[]][] = [
    ...Object.entries(secrets).map(([name, text]): [string, Buffer[]] => [name, encodings(text)]),
    ['pixels', [RUN]],
  ]
  return folders.flatMap(filesBelow).flatMap((path) => {
    const bytes = Buffer.concat([Buffer.from(path), whileThere(() => readFileSync(path)) ?? Buffer.alloc(0)])
    return wanted.flatMap(([name, forms]) => (forms.some((form) => bytes.includes(form)) ? [`${name} in ${path}`] : []))
  })
}
