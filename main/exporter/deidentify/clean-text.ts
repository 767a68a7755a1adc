/**
 * Descriptions without the words that identify (PS3.15 §E.3.5): every word that stands in a name, an identifier, an address or an institution of
 * the same object goes, and so does what has digits enough to be a date, a telephone or a number of somebody.
 */
import { type DataSet, searchWords } from '../../dataset/index.ts'

/** Two letters alone identify nobody, and are sides, planes and contrasts, where they are no name. */
const MIN_LETTERS = 3
const MIN_LETTERS_OF_NAMES = 2
/** Letters of a name that is found also within a longer word. */
const MIN_LETTERS_WITHIN = 4
const MANY_DIGITS = 4
/** Digits in groups, as of telephones and dates. */
const MANY_DIGITS_IN_GROUPS = 6

/** Elements whose words identify: all person names, and these. */
const identifying = new Set([
  0x00100020, 0x00100021, 0x00101000, 0x00101040, 0x00102154, 0x00102150, 0x00102152, 0x001021f0, 0x00080050,
  0x00080080, 0x00080081, 0x00081010, 0x00081040, 0x00080094, 0x00080092, 0x00380010, 0x00380300, 0x00380400,
  0x00401001, 0x00400253, 0x00200010, 0x00321032, 0x00401400, 0x00081070, 0x00102180, 0x00321020, 0x00321021,
])

/** The words by which the data set tells whose it is, from all of its levels. */
export function identifyingWords(dataSet: DataSet, words = new Set<string>()): Set<string> {
  for (const element of dataSet.elements.values()) {
    if (element.items) for (const item of element.items) identifyingWords(item, words)
    else if (element.VR === 'PN' || identifying.has(element.tag))
      for (const text of dataSet.textsOf(element))
        for (const word of searchWords(text))
          if (word.length >= (element.VR === 'PN' ? MIN_LETTERS_OF_NAMES : MIN_LETTERS)) words.add(word)
  }
  return words
}

const digitsIn = (text: string): number => text.match(/\d/g)?.length ?? 0

const identifies = (word: string, words: ReadonlySet<string>): boolean =>
  words.has(word) || [...words].some((known) => known.length >= MIN_LETTERS_WITHIN && word.includes(known))

/** `text` without what identifies; words that were one with it through hyphens or apostrophes go too. ASCII only: others lose their accents. */
export function cleanText(text: string, words: ReadonlySet<string>): string {
  const ungrouped = text.replace(/\d+(?:[ ./-]\d+)+/g, (run) => (digitsIn(run) >= MANY_DIGITS_IN_GROUPS ? '' : run))
  const kept = ungrouped.split(/\s+/).filter((piece) => {
    if (digitsIn(piece) >= MANY_DIGITS || piece.includes('@')) return false
    return !searchWords(piece).some((word) => identifies(word, words))
  })
  const plain = kept.join(' ').normalize('NFKD').replace(/\p{M}/gu, '')
  return plain
    .replace(/[^\x20-\x7e]/g, '')
    .replaceAll('\\', ' ')
    .trim()
}
