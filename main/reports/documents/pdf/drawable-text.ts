/** Text as it can be drawn: what acts on its surroundings or has no shape becomes a visible code point; nothing is dropped. */
import { visibleCodePoint } from '../dicom-text.ts'

/** Controls, format characters (bidirectional ones among them), lone surrogates, private use, unassigned, line separators. */
const notDrawable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu
const noBreakSpaces = /[\u202f\u2007]/g
const otherSpaces = /(?!\u00a0)\p{Zs}/gu

/** One line of text: canonically composed, every space one of two kinds (breaking or not). */
export const drawableText = (text: string): string =>
  text
    .replace(/\t/g, ' ')
    .normalize('NFC')
    .replace(noBreakSpaces, '\u00a0')
    .replace(otherSpaces, ' ')
    .replace(notDrawable, visibleCodePoint)

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Letters with their marks, which must be drawn by one face. */
export const clusters = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment)
