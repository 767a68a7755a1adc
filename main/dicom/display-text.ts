/**
 * Text from objects made safe to show: a name or description may hold anything that fits its length, and some senders do not keep to that.
 * Nothing here changes what is stored.
 */

/** C0 and C1 controls, bidirectional controls (UAX #9), invisible format characters, line and paragraph separators, lone surrogates. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * `text` on one line without control and bidirectional characters, at most `maxLength` characters (an ellipsis says that it was cut),
 * wrapped in first-strong isolates when it holds right-to-left letters, so that it cannot reorder what stands around it.
 */
export const displayText = (text: string, maxLength = 200): string => {
  const cleaned = text
    .slice(0, maxLength * 4)
    .replace(unsafe, (character) => (/\s/.test(character) ? ' ' : ''))
    .replace(/\s+/g, ' ')
    .trim()
  const characters = [...cleaned]
  const shown =
    characters.length > maxLength || text.length > maxLength * 4
      ? `${characters.slice(0, maxLength - 1).join('')}…`
      : cleaned
  const limited = limitCombiningMarks(shown)
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(limited) ? `\u2068${limited}\u2069` : limited
}

/** At most four combining marks on one letter: more is drawn over the neighbouring rows. */
const limitCombiningMarks = (text: string): string => text.replace(/(\p{M}{4})\p{M}+/gu, '$1')
