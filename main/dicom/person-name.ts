/** Person names: three component groups of five components (PS3.5 §6.2.1). */
import { displayText } from './display-text.ts'

/** A PN value, group by group, components still separated by `^`; absent groups are empty or were not given. */
export interface PersonNameGroups {
  Alphabetic?: string
  Ideographic?: string
  Phonetic?: string
}

export interface NameComponents {
  familyName: string
  givenName: string
  middleName: string
  prefix: string
  suffix: string
}

/** Splits a PN value at `=`; trailing empty components and padding go. */
export const parsePersonName = (value: string): PersonNameGroups => {
  const [Alphabetic = '', Ideographic = '', Phonetic = ''] = value.split('=', 3).map(trimGroup)
  return {
    ...(Alphabetic ? { Alphabetic } : {}),
    ...(Ideographic ? { Ideographic } : {}),
    ...(Phonetic ? { Phonetic } : {}),
  }
}

const trimGroup = (group: string): string => group.replace(/[\s^]+$/, '').replace(/^ +/, '')

/** The PN value of the groups. */
export const formatPersonNameValue = (name: PersonNameGroups): string =>
  [name.Alphabetic ?? '', name.Ideographic ?? '', name.Phonetic ?? ''].join('=').replace(/=+$/, '')

/** The five components of one group. */
export const nameComponents = (group: string): NameComponents => {
  const [familyName = '', givenName = '', middleName = '', prefix = '', suffix = ''] = group
    .split('^')
    .map((part) => part.trim())
  return { familyName, givenName, middleName, prefix, suffix }
}

/**
 * A name for people: family name in capitals, then prefix-free given and middle names as written (`MARTIN Élise`), then ideographic and
 * phonetic groups in parentheses where they say something else. Without alphabetic group the ideographic one leads, in its own order.
 * Controls are removed and the length is bounded; empty when there is no name.
 */
export const displayPersonName = (name: PersonNameGroups, maxLength = 120): string => {
  const alphabetic = westernOrder(name.Alphabetic ?? '')
  const others = [name.Ideographic, name.Phonetic]
    .map((group) => (group ?? '').split('^').filter(Boolean).join(' '))
    .filter(Boolean)
  const [first = '', ...rest] = alphabetic ? [alphabetic, ...others] : others
  return displayText(rest.length ? `${first} (${rest.join(', ')})` : first, maxLength)
}

const westernOrder = (group: string): string => {
  const { familyName, givenName, middleName, suffix } = nameComponents(group)
  return [familyName.toLocaleUpperCase('fr'), givenName, middleName, suffix].filter(Boolean).join(' ')
}
