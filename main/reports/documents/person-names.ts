/** Person names of the contract: as groups of a PN value, and as printed. */
import type { PersonName } from '../../contract/studies.ts'
import { nameComponents, type PersonNameGroups, parsePersonName } from '../../dicom/index.ts'

/** The groups that are there. */
export const nameGroups = ({ Alphabetic = '', Ideographic = '', Phonetic = '' }: PersonName): PersonNameGroups =>
  parsePersonName([Alphabetic, Ideographic, Phonetic].join('='))

/**
 * `DUPONT Élodie Marie`: family name in capitals, then given and middle names; other writings in parentheses. Unlike on screen nothing is
 * cut or left out: what cannot be drawn is the typesetter's to show. Empty when there is no name.
 */
export const printedName = (name: PersonName): string => {
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = nameGroups(name)
  const { familyName, givenName, middleName, suffix } = nameComponents(Alphabetic)
  const western = [familyName.toLocaleUpperCase('fr'), givenName, middleName, suffix].filter(Boolean).join(' ')
  const others = [Ideographic, Phonetic].map((group) => group.split('^').filter(Boolean).join(' ')).filter(Boolean)
  const [first = '', ...rest] = western ? [western, ...others] : others
  return rest.length > 0 ? `${first} (${rest.join(', ')})` : first
}
