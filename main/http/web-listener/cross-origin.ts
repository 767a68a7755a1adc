/** Pages of other origins that may use DICOMweb (Fetch standard, "CORS protocol"): those that are listed, and none by default. Pure. */

/** What a page may see of an answer beside its body. */
const EXPOSED = 'Accept-Ranges, Content-Encoding, Content-Range, ETag, Retry-After, Warning'
const ASKED_BEFORE = {
  'access-control-allow-methods': 'GET, HEAD, OPTIONS, POST',
  'access-control-allow-headers': 'Accept, Authorization, Content-Type, If-None-Match, If-Range, Range',
  'access-control-max-age': '600',
}

/** `foreign`: a page that is not listed asks; `asking`: a listed page asks whether it may, which it does without its secret. */
export type CrossOrigin = { kind: 'none' | 'foreign' } | { kind: 'listed' | 'asking'; headers: Record<string, string> }

/** What a request with these headers is, and what its answer says of it. No page is ever let in by a cookie. */
export function crossOriginOf(
  { method, origin, asks }: { method: string; origin: string | undefined; asks: boolean },
  origins: readonly string[],
): CrossOrigin {
  if (origin === undefined) return { kind: 'none' }
  if (!origins.includes(origin)) return { kind: 'foreign' }
  const headers = { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED }
  if (method === 'OPTIONS' && asks) return { kind: 'asking', headers: { ...headers, ...ASKED_BEFORE } }
  return { kind: 'listed', headers }
}
