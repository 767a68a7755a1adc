/** One range of bytes of an answer (RFC 9110 §14): `Range` and `If-Range`. Pure. */

/** Bytes `[start, end)`; `unsatisfiable` when there are none of them. */
export type ByteRange = { kind: 'all' } | { kind: 'part'; start: number; end: number } | { kind: 'unsatisfiable' }

/** What `range` asks of `length` bytes; several ranges, other units and what is no range mean all of them (§14.2). */
export function byteRange(range: string | undefined, length: number): ByteRange {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range?.trim() ?? '') ?? []
  if (first === '' && last === '') return { kind: 'all' }
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first)
  const end = first === '' || last === '' ? length : Math.min(length, Number(last) + 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return { kind: 'all' }
  return start < end ? { kind: 'part', start, end } : { kind: 'unsatisfiable' }
}
