/** What any resource of DICOMweb can be asked in its address (PS3.18 §8.3.3). Pure. */
import { WebError } from './web-error.ts'

/** A query string as Fastify reads it. */
export type Query = Record<string, string | string[] | undefined>

/** The values of a parameter, each time that it stands there. */
export const asList = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** Throws {@link WebError} 400 unless UTF-8, in which every text is, is among the character sets of `charset` (§8.3.3.2). */
export function checkCharset(query: Query): void {
  const names = asList(query.charset).flatMap((value) => value.split(','))
  const isTaken = names.some((name) => /^\s*utf-?8\s*(;|$)/i.test(name))
  if (names.length > 0 && !isTaken) throw new WebError(400, 'bad-charset')
}

/**
 * Throws {@link WebError} 400 where the query of `url` is no percent-encoded UTF-8 (§8.3.3.2, RFC 3986 §2.5), or holds NUL: read as something
 * else it would find nothing, or others.
 */
export function checkEncoding(url: string): void {
  const query = url.slice(url.indexOf('?') + 1)
  try {
    if (!decodeURIComponent(query).includes('\0')) return
  } catch {}
  throw new WebError(400, 'bad-encoding')
}
