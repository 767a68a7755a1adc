import { expect, test } from 'vitest'
import { searchText, searchWords } from '../../../main/dataset/search-text.ts'

test('words are folded and split as French names need it', () => {
  expect(searchWords("LEFÈVRE-D'Ormesson^Anne-Cécile")).toEqual(['lefevre', 'd', 'ormesson', 'anne', 'cecile'])
  expect(searchWords('Œuvre ÇA Łódź Straße ﬁn')).toEqual(['oeuvre', 'ca', 'lodz', 'strasse', 'fin'])
  expect(searchWords('  ^^ - ')).toEqual([])
})

test('compound names and identifiers are found in one piece too, and each word stands once', () => {
  expect(searchText("L'Hermite^Jean-Paul", 'L’Hermite', 'AB-12.345')).toBe(
    'l hermite jean paul lhermite jeanpaul ab 12 345 ab12345',
  )
})

test('every word that a person may type for a name is in its text', () => {
  const text = ` ${searchText('de la Tour d’Auvergne^Élise')} `
  for (const typed of ['DE LA TOUR', 'dauvergne', "d'auvergne", 'elise', 'Élise']) {
    for (const word of searchWords(typed)) expect(text).toContain(` ${word}`)
  }
})
