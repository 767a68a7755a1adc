import { describe, expect, test } from 'vitest'
import { characterSet } from '../../../main/dataset/charset.ts'
import { bytesOf } from './raw-data-set.ts'

const decode = (terms: string[], bytes: string, delimiters = '\\^='): string =>
  characterSet(terms).decode(bytesOf(bytes), delimiters)

describe('single-byte character sets', () => {
  test.each([
    ['ISO_IR 100', 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
    ['ISO_IR 101', 'Wa\xb3\xeasa', 'Wałęsa'],
    ['ISO_IR 144', '\xbb\xee\xda\x63\x65\xdc\xd1\xeb\xd9', 'Люкceмбый'],
    ['ISO_IR 126', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
    ['ISO_IR 127', '\xe2\xc8\xc7\xe6\xea', 'قباني'],
    ['ISO_IR 138', '\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4', 'שרון^דבורה'],
    ['ISO_IR 148', '\xc7avu\xfeo\xf0lu', 'Çavuşoğlu'],
    ['ISO_IR 166', '\xb9\xd2\xc1\xca\xa1\xd8\xc5', 'นามสกุล'],
    ['ISO_IR 203', '\xbcuvre \xa4', 'Œuvre €'],
    ['ISO_IR 13', '\xd4\xcf\xc0\xde^\xc0\xdb\xb3', 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
  ])('%s', (term, bytes, text) => {
    expect(decode([term], bytes)).toBe(text)
  })
})

describe('multi-byte character sets without code extensions', () => {
  test('UTF-8, GB18030 and GBK decode the examples of PS3.5 annexes J and K', () => {
    const utf8 = Buffer.from('Wang^XiaoDong=王^小东=', 'utf8').toString('latin1')
    expect(decode(['ISO_IR 192'], utf8)).toBe('Wang^XiaoDong=王^小东=')
    expect(decode(['GB18030'], 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=')).toBe('Wang^XiaoDong=王^小东=')
    expect(decode(['GBK'], '\xcd\xf5^\xd0\xa1\xb6\xab')).toBe('王^小东')
  })

  test('a second byte that looks like a backslash is part of its character', () => {
    expect(decode(['GBK'], '\x81\x5cA')).toBe('乗A')
  })
})

describe('code extensions (PS3.5 annexes H, I, K)', () => {
  test('Japanese in JIS X 0208, groups apart', () => {
    const bytes = 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B'
    expect(decode(['', 'ISO 2022 IR 87'], bytes)).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう')
  })

  test('Japanese with half-width katakana first', () => {
    const bytes =
      '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J'
    expect(decode(['ISO 2022 IR 13', 'ISO 2022 IR 87'], bytes)).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう')
  })

  test('Korean in KS X 1001', () => {
    const bytes = 'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf'
    expect(decode(['', 'ISO 2022 IR 149'], bytes)).toBe('Hong^Gildong=洪^吉洞=홍^길동')
  })

  test('Chinese in GB 2312', () => {
    const bytes = 'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab='
    expect(decode(['', 'ISO 2022 IR 58'], bytes)).toBe('Zhang^XiaoDong=张^小东=')
  })

  test('a Latin name, then Greek, then Cyrillic in one value', () => {
    const bytes = 'Dionysios is \x1b-F\xc4\xe9\xef\xed \x1b-L\xbb\xee'
    expect(decode(['ISO 2022 IR 100', 'ISO 2022 IR 126', 'ISO 2022 IR 144'], bytes, '\\')).toBe('Dionysios is Διον Лю')
  })

  test('delimiters and line ends go back to the initial sets', () => {
    expect(decode(['ISO 2022 IR 100', 'ISO 2022 IR 126'], '\x1b-F\xe1^\xe9')).toBe('α^é')
    expect(decode(['ISO 2022 IR 100', 'ISO 2022 IR 126'], '\x1b-F\xe1=\xe1', '\\')).toBe('α=α')
    expect(decode(['ISO 2022 IR 100', 'ISO 2022 IR 126'], '\x1b-F\xe1\r\n\xe9', '')).toBe('α\r\né')
  })
})

describe('what is written against the standard', () => {
  test.each(['ISO IR 100', 'ISO_IR_100', 'iso_ir 100', 'ISO-IR 100 ', 'ISO 2022 IR 100'])(
    '%s is understood',
    (term) => {
      expect(decode([term], '\xc9lise')).toBe('Élise')
    },
  )

  test('undeclared bytes are UTF-8 where they can be, else Latin-1', () => {
    expect(decode([''], '\xc9lise')).toBe('Élise')
    expect(decode([''], '\xc3\x89lise')).toBe('Élise')
    expect(decode(['ISO_IR 6'], '\xc9lise')).toBe('Élise')
    expect(decode(['ISO_IR 999'], '\xc9lise')).toBe('Élise')
  })

  test('bytes that mean nothing never throw', () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i), 0x1b, 0x24)
    for (const term of ['ISO_IR 192', 'GB18030', 'ISO 2022 IR 87', 'ISO 2022 IR 149', 'ISO_IR 166', '']) {
      expect(typeof decode([term], all)).toBe('string')
    }
  })
})
