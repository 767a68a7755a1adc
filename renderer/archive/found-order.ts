/** The order of the studies that an archive gave: it gives them in one of its own, which is often none. */
import type { RemoteStudy } from '../../main/contract/archive.ts'
import { imagingModalities } from '../ui/modalities.ts'
import { nameText } from '../ui/safe-text.tsx'

/** Columns by which they can be put in order. */
export const orderColumns = ['patient', 'birth', 'date', 'modality', 'description', 'accession', 'images'] as const
export type OrderColumn = (typeof orderColumns)[number]

export interface FoundOrder {
  by: OrderColumn
  isDescending: boolean
}

export const newestFirst: FoundOrder = { by: 'date', isDescending: true }

/** What a first click on a column asks for: dates and counts downwards, words upwards. */
export const firstOrder = (by: OrderColumn): FoundOrder => ({ by, isDescending: by === 'date' || by === 'images' })

const textOf: Record<Exclude<OrderColumn, 'images'>, (study: RemoteStudy) => string> = {
  patient: ({ PatientName, PatientID }) => `${nameText(PatientName)} ${PatientID}`,
  birth: ({ PatientBirthDate }) => PatientBirthDate,
  date: ({ StudyDate, StudyTime }) => (StudyDate === '' ? '' : `${StudyDate}${StudyTime}`),
  modality: ({ ModalitiesInStudy }) => imagingModalities(ModalitiesInStudy).join(' '),
  description: ({ StudyDescription }) => StudyDescription,
  accession: ({ AccessionNumber }) => AccessionNumber,
}
const words = new Intl.Collator('fr', { sensitivity: 'base', numeric: true })

/** The studies in this order, those without a value last; equal ones stay as the archive gave them. */
export function inOrder(studies: readonly RemoteStudy[], { by, isDescending }: FoundOrder): RemoteStudy[] {
  const sign = isDescending ? -1 : 1
  if (by === 'images') {
    const count = (study: RemoteStudy) => study.NumberOfStudyRelatedInstances
    return studies.toSorted((a, b) => {
      const [first, second] = [count(a), count(b)]
      if (first === null || second === null) return Number(first === null) - Number(second === null)
      return sign * (first - second)
    })
  }
  const text = textOf[by]
  return studies.toSorted((a, b) => {
    const [first, second] = [text(a).trim(), text(b).trim()]
    if (first === '' || second === '') return Number(first === '') - Number(second === '')
    return sign * words.compare(first, second)
  })
}
