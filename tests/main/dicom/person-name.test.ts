import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  displayPersonName,
  formatPersonNameValue,
  nameComponents,
  parsePersonName,
} from '../../../main/dicom/person-name.ts'

describe('person names', () => {
  test('component groups are told apart and padding goes', () => {
    expect(parsePersonName('Yamada^Tarou=山田^太郎=やまだ^たろう ')).toEqual({
      Alphabetic: 'Yamada^Tarou',
      Ideographic: '山田^太郎',
      Phonetic: 'やまだ^たろう',
    })
    expect(parsePersonName('DUPONT^Anne^^^')).toEqual({ Alphabetic: 'DUPONT^Anne' })
    expect(parsePersonName('==ひとみ')).toEqual({ Phonetic: 'ひとみ' })
    expect(parsePersonName('')).toEqual({})
  })

  test('the five components have their names', () => {
    expect(nameComponents('Adams^John Robert Quincy^^Rev.^B.A. M.Div.')).toEqual({
      familyName: 'Adams',
      givenName: 'John Robert Quincy',
      middleName: '',
      prefix: 'Rev.',
      suffix: 'B.A. M.Div.',
    })
  })

  test('people are shown as NOM Prénom', () => {
    expect(displayPersonName({ Alphabetic: 'Martin^Élise' })).toBe('MARTIN Élise')
    expect(displayPersonName({ Alphabetic: 'de la Tour^Anne-Cécile^Marie' })).toBe('DE LA TOUR Anne-Cécile Marie')
    expect(displayPersonName({ Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞' })).toBe('HONG Gildong (洪 吉洞)')
    expect(displayPersonName({ Ideographic: '山田^太郎' })).toBe('山田 太郎')
    expect(displayPersonName({})).toBe('')
  })

  test('a hostile name stays on one short line without controls', () => {
    const shown = displayPersonName({ Alphabetic: `<b>\u202eEVIL\u0007\n^${'x'.repeat(10_000)}` })
    expect(shown.startsWith('<B>EVIL ')).toBe(true)
    expect([...shown].length).toBeLessThanOrEqual(120)
    expect(shown).not.toMatch(/[\u202e\p{Cc}]/u)
  })

  test('groups written and parsed again are the same', () => {
    const group = fc.stringMatching(/^[a-z]{1,8}(\^[a-z]{1,8})?$/)
    const name = fc.record({ Alphabetic: group, Ideographic: group, Phonetic: group }, { requiredKeys: [] })
    fc.assert(
      fc.property(name, (groups) => {
        expect(parsePersonName(formatPersonNameValue(groups))).toEqual(groups)
      }),
    )
  })
})
