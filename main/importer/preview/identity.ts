/** Who a patient is said to be, and in what two such sayings differ. */
import type { IntakePatient } from '../../contract/importer.ts'
import { identifyingKeywords, searchWords } from '../../dataset/index.ts'

export type Identity = Pick<IntakePatient, (typeof identifyingKeywords)[number]>
type Keyword = (typeof identifyingKeywords)[number]

/** Only what identifies. */
export const identityOf = (row: Identity): Identity => ({
  PatientName: row.PatientName,
  PatientID: row.PatientID,
  IssuerOfPatientID: row.IssuerOfPatientID,
  PatientBirthDate: row.PatientBirthDate,
  PatientSex: row.PatientSex,
})

/** One patient is what says all of these alike, letter for letter. */
export const identityKey = (identity: Identity): string =>
  JSON.stringify(identifyingKeywords.map((keyword) => identity[keyword]))

/** Names are compared as words, because case, accents and delimiters are written in many ways. */
const nameWords = ({ PatientName }: Identity): string =>
  searchWords(PatientName.Alphabetic ?? PatientName.Ideographic ?? PatientName.Phonetic ?? '').join(' ')

const comparable = (identity: Identity, keyword: Keyword): string =>
  keyword === 'PatientName' ? nameWords(identity) : identity[keyword].trim()

/** The attributes in which two differ. One that is empty on either side says nothing, except the identifier itself. */
export const differences = (one: Identity, other: Identity): Keyword[] =>
  identifyingKeywords.filter((keyword) => {
    const [first, second] = [comparable(one, keyword), comparable(other, keyword)]
    return first !== second && (keyword === 'PatientID' || (first !== '' && second !== ''))
  })

/** Whether both carry the same identifier; issuers that are both named must agree. */
export const haveSameIdentifier = (one: Identity, other: Identity): boolean =>
  one.PatientID !== '' &&
  one.PatientID === other.PatientID &&
  (one.IssuerOfPatientID === '' || other.IssuerOfPatientID === '' || one.IssuerOfPatientID === other.IssuerOfPatientID)
