/** Words to search by: without case and accents, split as French names and descriptions want it. */

const ligatures: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[œæßøłđðþı]/g, (letter) => ligatures[letter] ?? letter)

/** What a person typed, as folded words: split at everything that is neither letter nor digit (`Jean-Pierre`, `L'Hermite`, `DE^LA TOUR`). */
export const searchWords = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? []

/**
 * The folded words of all `parts`, each once, separated by spaces. A name with an apostrophe or hyphens is also there in one piece
 * (`l hermite lhermite`), and an identifier with dots or dashes too, because people type both.
 */
export const searchText = (...parts: readonly string[]): string => {
  const words = new Set<string>()
  for (const part of parts) {
    for (const word of searchWords(part)) words.add(word)
    for (const compound of fold(part).match(/[\p{L}\p{N}]+(?:['’.\-_/][\p{L}\p{N}]+)+/gu) ?? []) {
      words.add(compound.replace(/['’.\-_/]/g, ''))
    }
  }
  return [...words].join(' ')
}
