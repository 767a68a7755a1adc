/** Specific Character Set: from bytes to text, code extensions of ISO 2022 included (PS3.3 §C.12.1.1.2, PS3.5 §6.1.2). */

/** How the text values of a data set are encoded. */
export interface CharacterSet {
  /**
   * Text of a value as it stands, value and component delimiters still in it. `delimiters` are the characters at which code extensions
   * end: `\\^=` in person names, a backslash in other values, none in VRs of a single value (PS3.5 §6.1.2.5.3).
   */
  decode(bytes: Uint8Array, delimiters?: string): string
}

/** Defined terms without or with code extensions, by their registration number: the WHATWG encoding that decodes their G1 set. */
const singleByte: Readonly<Record<string, string>> = {
  6: 'windows-1252',
  100: 'windows-1252',
  101: 'iso-8859-2',
  109: 'iso-8859-3',
  110: 'iso-8859-4',
  144: 'iso-8859-5',
  127: 'iso-8859-6',
  126: 'iso-8859-7',
  138: 'iso-8859-8',
  148: 'windows-1254',
  203: 'iso-8859-15',
  166: 'windows-874',
  13: 'shift_jis',
  149: 'euc-kr',
  58: 'gbk',
}

/** Escape sequences after ESC (PS3.3 tables C.12-3, C.12-4): which set goes to which side. */
const escapes: readonly { bytes: readonly number[]; G0?: 'single' | 'jisx0208' | 'jisx0212'; G1?: string }[] = [
  { bytes: [0x24, 0x28, 0x44], G0: 'jisx0212' },
  { bytes: [0x24, 0x29, 0x43], G1: 'euc-kr' },
  { bytes: [0x24, 0x29, 0x41], G1: 'gbk' },
  { bytes: [0x24, 0x42], G0: 'jisx0208' },
  { bytes: [0x24, 0x40], G0: 'jisx0208' },
  { bytes: [0x28, 0x42], G0: 'single' },
  { bytes: [0x28, 0x4a], G0: 'single' },
  { bytes: [0x29, 0x49], G1: 'shift_jis' },
  { bytes: [0x2d, 0x41], G1: 'windows-1252' },
  { bytes: [0x2d, 0x42], G1: 'iso-8859-2' },
  { bytes: [0x2d, 0x43], G1: 'iso-8859-3' },
  { bytes: [0x2d, 0x44], G1: 'iso-8859-4' },
  { bytes: [0x2d, 0x46], G1: 'iso-8859-7' },
  { bytes: [0x2d, 0x47], G1: 'iso-8859-6' },
  { bytes: [0x2d, 0x48], G1: 'iso-8859-8' },
  { bytes: [0x2d, 0x4c], G1: 'iso-8859-5' },
  { bytes: [0x2d, 0x4d], G1: 'windows-1254' },
  { bytes: [0x2d, 0x54], G1: 'windows-874' },
  { bytes: [0x2d, 0x62], G1: 'iso-8859-15' },
]

const decoders = new Map<string, TextDecoder>()
const decodeWith = (encoding: string, bytes: Uint8Array): string => {
  let decoder = decoders.get(encoding)
  if (!decoder) {
    decoder = new TextDecoder(encoding, { ignoreBOM: true })
    decoders.set(encoding, decoder)
  }
  return decoder.decode(bytes)
}

const isAscii = (bytes: Uint8Array): boolean => {
  for (const byte of bytes) if (byte >= 0x80 || byte === 0x1b) return false
  return true
}
const ascii = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

const whole = (encoding: string): CharacterSet => ({
  decode: (bytes) => (isAscii(bytes) ? ascii(bytes) : decodeWith(encoding, bytes)),
})

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Without a declared repertoire beyond ASCII, other bytes mean nothing by the standard. Equipment that sends them all the same uses UTF-8
 * or Latin-1: taken as UTF-8 where they are valid UTF-8.
 */
const decodeUndeclared = (bytes: Uint8Array): string => {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return decodeWith('windows-1252', bytes)
  }
}

/** Text in which escape sequences switch code elements; `initialG1` is what the first value of Specific Character Set says. */
const extended = (initialG1: string | null): CharacterSet => ({
  decode: (bytes, delimiters = '\\') => (isAscii(bytes) ? ascii(bytes) : decodeExtended(bytes, initialG1, delimiters)),
})

const decodeExtended = (bytes: Uint8Array, initialG1: string | null, delimiters: string): string => {
  let text = ''
  let G0: 'single' | 'jisx0208' | 'jisx0212' = 'single'
  let G1 = initialG1
  let start = 0
  const flush = (end: number): void => {
    if (end > start) text += decodeRun(bytes.subarray(start, end), G0, G1)
    start = end
  }
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0
    const sequence = byte === 0x1b ? findEscape(bytes, at + 1) : undefined
    if (sequence) {
      flush(at)
      at += 1 + sequence.bytes.length
      start = at
      G0 = sequence.G0 ?? G0
      G1 = sequence.G1 ?? G1
    } else if (isLineControl(byte) || (G0 === 'single' && delimiters.includes(String.fromCharCode(byte)))) {
      flush(at)
      G0 = 'single'
      G1 = initialG1
      at++
    } else {
      at += G0 === 'single' || byte >= 0x80 || byte <= 0x20 ? 1 : 2
    }
  }
  flush(bytes.length)
  return text
}

const findEscape = (bytes: Uint8Array, at: number) =>
  escapes.find((sequence) => sequence.bytes.every((byte, i) => bytes[at + i] === byte))

/** Line ends switch back to the initial sets, as delimiters do; the codes of delimiters are letters in two-byte sets. */
const isLineControl = (byte: number): boolean => byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d

const decodeRun = (run: Uint8Array, G0: 'single' | 'jisx0208' | 'jisx0212', G1: string | null): string => {
  if (G0 === 'single') return G1 ? decodeWith(G1, run) : decodeUndeclared(run)
  const euc: number[] = []
  let text = ''
  for (let at = 0; at < run.length; ) {
    const byte = run[at] ?? 0
    if (byte > 0x20 && byte < 0x80 && at + 1 < run.length) {
      if (G0 === 'jisx0212') euc.push(0x8f)
      euc.push(byte | 0x80, (run[at + 1] ?? 0) | 0x80)
      at += 2
    } else {
      text += decodeWith('euc-jp', Uint8Array.from(euc.splice(0)))
      text += decodeWith(G1 ?? 'windows-1252', run.subarray(at, at + 1))
      at++
    }
  }
  return text + decodeWith('euc-jp', Uint8Array.from(euc))
}

/** Used where a data set says nothing. */
export const DEFAULT_CHARACTER_SET: CharacterSet = extended(null)

/**
 * The character set that the values of (0008,0005) name, tolerant of the spellings that equipment writes (`ISO IR 100`, `ISO_IR_100`,
 * `UTF-8`). Unknown terms leave ASCII and escape sequences.
 */
export const characterSet = (values: readonly string[]): CharacterSet => {
  const terms = values.map((value) =>
    value
      .replace(/[\s\0]+$/, '')
      .trim()
      .toUpperCase(),
  )
  const [first = ''] = terms
  if (/192$|^UTF.?8$|10646/.test(first)) return whole('utf-8')
  if (first === 'GB18030' || first === 'GBK') return whole(first.toLowerCase())
  const number = /(\d+)$/.exec(first)?.[1] ?? ''
  if (number === '' || number === '6' || number === '87' || number === '159') return extended(null)
  return extended(singleByte[number] ?? null)
}
