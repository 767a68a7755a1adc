/** Media types that a client accepts (RFC 9110 §12.5.1, PS3.18 §8.7): parsed, and the choice among what there is. Pure. */

/** One media range with its parameters, names in lower case. */
export interface MediaRange {
  /** `multipart/related`, `*` + `/*` … in lower case. */
  type: string
  parameters: Record<string, string>
  q: number
  /** Narrower ranges of the same header, also refused ones: they speak for what they take (RFC 9110 §12.5.1). */
  narrower?: MediaRange[]
}

/** Splits at `separator` outside quoted strings. */
function splitUnquoted(text: string, separator: ',' | ';'): string[] {
  const parts = text.match(separator === ',' ? /(?:[^,"]|"(?:\\.|[^"\\])*")+/g : /(?:[^;"]|"(?:\\.|[^"\\])*")+/g) ?? []
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function parseRange(text: string): MediaRange {
  const [type = '', ...rest] = splitUnquoted(text, ';')
  const pairs = rest.map((part) => {
    const [name = '', ...value] = part.split('=')
    const raw = value.join('=').trim()
    return [name.trim().toLowerCase(), raw.startsWith('"') ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw] as const
  })
  const { q, ...parameters } = Object.fromEntries(pairs)
  const weight = Number(q ?? 1)
  return { type: type.toLowerCase(), parameters, q: Number.isFinite(weight) ? weight : 0 }
}

/** How much a range leaves open: anything, any of a type, any multipart, one media type. */
function breadth({ type, parameters }: MediaRange): number {
  if (type === '*/*') return 3
  if (type.endsWith('/*')) return 2
  return type === 'multipart/related' && [undefined, '*/*'].includes(parameters.type) ? 1 : 0
}

/** The ranges of an `Accept` header, best first, without those that are refused; without a header everything is accepted. */
export function parseAccept(header: string | undefined): MediaRange[] {
  const all = splitUnquoted(header ?? '*/*', ',').map(parseRange)
  const ranges = all.map((range) => {
    const narrower = all.filter((other) => breadth(other) < breadth(range))
    return narrower.length > 0 ? { ...range, narrower } : range
  })
  return ranges.filter((range) => range.q > 0).sort((a, b) => b.q - a.q)
}

/** Whether the range takes `type` itself. */
export function rangeTakes(range: MediaRange, type: string): boolean {
  if (range.narrower?.some((each) => rangeTakes(each, type))) return false
  if (range.type === '*/*' || range.type === type) return true
  return range.type.endsWith('/*') && type.startsWith(range.type.slice(0, -1))
}

/** Whether the range takes a multipart/related of parts of `type` (PS3.18 §8.7.3.1); without a `type` parameter any part. */
export function rangeTakesParts(range: MediaRange, type: string): boolean {
  if (range.narrower?.some((each) => rangeTakesParts(each, type))) return false
  if (range.type === '*/*' || range.type === 'multipart/*') return true
  if (range.type !== 'multipart/related') return false
  const wanted = range.parameters.type?.toLowerCase()
  return wanted === undefined || wanted === type || wanted === '*/*'
}

/** The media type for JSON that the best range takes; null when none does. */
export function jsonType(ranges: MediaRange[]): 'application/dicom+json' | 'application/json' | null {
  for (const range of ranges) {
    if (rangeTakes(range, 'application/dicom+json')) return 'application/dicom+json'
    if (rangeTakes(range, 'application/json')) return 'application/json'
  }
  return null
}

/** Whether the range's `transfer-syntax` takes what is stored; without one, whatever is. */
export function rangeTakesSyntax(range: MediaRange, TransferSyntaxUID: string): boolean {
  const wanted = range.parameters['transfer-syntax']
  return wanted === undefined || wanted === '*' || wanted === TransferSyntaxUID
}
