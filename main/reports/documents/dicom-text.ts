/** Text of people as values of text VRs (PS3.5 §6.1.3, §6.2): what a VR cannot hold stays visible instead of vanishing. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** `[U+202E]`: how a character is shown that must not act or cannot be drawn. */
export const visibleCodePoint = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`

const withoutControls = (text: string): string =>
  text.replace(controls, visibleCodePoint).replace(loneSurrogates, visibleCodePoint)

/** For UT, LT and ST: lines end in CR LF, other controls are shown as code points. */
export const lines = (text: string): string => withoutControls(text.replace(/\r\n?/g, '\n')).replace(/\n/g, '\r\n')

/** For LO, SH and UC: one line of at most `maxLength` characters; a backslash, which would end the value, becomes `/`. */
export const oneLine = (text: string, maxLength = Number.POSITIVE_INFINITY): string =>
  [
    ...withoutControls(text.replace(/[\r\n\t]+/g, ' '))
      .replaceAll('\\', '/')
      .trim(),
  ]
    .slice(0, maxLength)
    .join('')
