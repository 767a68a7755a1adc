import { expect, test } from 'vitest'
import { searchText, searchWords } from '../../../main/dataset/search-text.ts'

test('words are folded and split as French names need it', () => {
  expect(searchWords("LEFÈVRE-D'Ormesson^Anne-Cécile")).toEqual(['lefevre', 'd', 'ormesson', 'anne', 'cecile'])
  expect(searchWords('Œuvre ÇA Łódź Straße ﬁn')).toEqual(['oeuvre', 'ca', 'lodz', 'strasse', 'fin'])
  expect(searchWords('  ^^ - ')).toEqual([])
})

test('names are there in one piece too, from any of their words on, and each word stands once', () => {
  expect(searchText(["L'Hermite^Jean-Paul", 'L’HERMITE', 'de la Tour^Anne'], [])).toBe(
    'l hermite lhermite jean paul jeanpaul de la tour delatour latour anne',
  )
})

test('identifiers are there in one piece too, descriptions word by word', () => {
  expect(searchText([], ['AB-12.345', 'TDM du genou'])).toBe('ab 12 345 ab12345 tdm du genou')
})

test('names in scripts without spaces are there as they are written', () => {
  expect(searchText(['王^小東', '홍^길동', 'Wang^XiaoDong'], []).normalize('NFC')).toBe(
    '王 小東 王小東 홍 길동 홍길동 wang xiaodong',
  )
})
