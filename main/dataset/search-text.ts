/** Words to search by: without case and accents, split as French names and descriptions want it, and joined as people type them. */

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

/** The words, and each run of them to the end in one piece: `de la tour` also as `delatour` and `latour`. */
const joinedToTheEnd = (words: readonly string[]): string[] => [
  ...words,
  ...words.slice(0, -1).map((_, at) => words.slice(at).join('')),
]

/** Words of one group of a person name (PS3.5 §6.2.1); scripts that know no spaces also have family and given name in one piece. */
const nameWords = (group: string): string[] => [
  ...group.split('^').flatMap((component) => joinedToTheEnd(searchWords(component))),
  ...(/\p{Script=Latin}/u.test(group) ? [] : [searchWords(group).join('')]),
]

/** Words of any text; what hyphens, dots or apostrophes hold together, such as an identifier, also in one piece. */
const textWords = (text: string): string[] => [
  ...searchWords(text),
  ...(fold(text).match(/[\p{L}\p{N}]+(?:['’.\-_/][\p{L}\p{N}]+)+/gu) ?? []).map((one) => one.replace(/['’.\-_/]/g, '')),
]

/** The folded words of groups of names and of other texts, each once, separated by spaces, with what people type in one piece. */
export const searchText = (names: readonly string[], texts: readonly string[]): string =>
  [...new Set([...names.flatMap(nameWords), ...texts.flatMap(textWords)])].filter(Boolean).join(' ')
