/** The host that a request names (RFC 9112 §3.2): once, or it is nobody's word. */
import type { IncomingMessage } from 'node:http'

/** Undefined where it is missing or stands there twice, of which a proxy may have looked at the other one. */
export const onlyHost = ({ headers, rawHeaders }: IncomingMessage): string | undefined => {
  const names = rawHeaders.filter((_, index) => index % 2 === 0)
  return names.filter((name) => name.toLowerCase() === 'host').length === 1 ? headers.host : undefined
}
