/**
 * How a window signs in: a one-time code in the address's fragment, which no server and no log sees, is posted back by a tiny page and
 * becomes the cookie. A code dies after one use or after a minute.
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { httpLimits } from './limits.ts'
import { drawSecret, isSameSecret } from './secrets.ts'

/** The codes that wait for their window. */
export interface EntryCodes {
  draw(): string
  /** True once for each living code. */
  use(code: string): boolean
}

/** Entry codes that live `lifetime` ms by the clock `now`. */
export function createEntryCodes(
  now: () => number = Date.now,
  lifetime: number = httpLimits.entryLifetime,
): EntryCodes {
  let pending: { code: string; until: number }[] = []
  const living = () => pending.filter((entry) => entry.until > now())
  return {
    draw() {
      const code = drawSecret()
      pending = [...living(), { code, until: now() + lifetime }].slice(-httpLimits.maxPendingEntries)
      return code
    },
    use(code) {
      const matches = living().filter((entry) => isSameSecret(code, entry.code))
      pending = living().filter((entry) => !matches.includes(entry))
      return matches.length > 0
    },
  }
}

const script = `const code = location.hash.slice(1)
history.replaceState(null, '', '/enter')
fetch('/enter', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) })
  .then((answer) => { if (answer.ok) location.replace('/'); else document.body.dataset.refused = '' })
  .catch(() => { document.body.dataset.refused = '' })
`
const style = `html { color-scheme: dark; background: #141517; color: #c1c2c5; font: 15px system-ui, sans-serif }
body { margin: 20vh auto; max-width: 34em; padding: 0 1em } p { display: none } [data-refused] p { display: block }`

const page = `<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<title>Astreinte</title>
<style>${style}</style>
<body>
<p>Cette adresse a déjà servi ou a expiré. Fermez cette fenêtre et relancez Astreinte.</p>
<p lang="en">This address was used already or has expired. Close this window and start Astreinte again.</p>
<script>${script}</script>
`
const scriptHash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`
const policy = `default-src 'none'; script-src ${scriptHash}; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** Serves `GET /enter`, the page, and `POST /enter`, which turns a code into the cookie `cookieName`. */
export async function registerEntry(
  server: FastifyInstance,
  options: { codes: EntryCodes; secret: string; cookieName: () => string },
): Promise<void> {
  const countWrong = server.createRateLimit({ max: httpLimits.wrongCodesPerMinute, timeWindow: 60_000 })
  server.get('/enter', async (_, reply) =>
    reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page),
  )
  server.post('/enter', { bodyLimit: 1024 }, async (request, reply) => {
    const { code } = (request.body ?? {}) as { code?: unknown }
    if (typeof code === 'string' && options.codes.use(code)) {
      const cookie = { httpOnly: true, sameSite: 'strict', path: '/' } as const
      return reply.setCookie(options.cookieName(), options.secret, cookie).code(204).send()
    }
    const count = await countWrong(request)
    const isTooMany = !count.isAllowed && count.isExceeded
    return isTooMany
      ? reply.code(429).send({ code: 'too-many-wrong-codes' })
      : reply.code(401).send({ code: 'wrong-code' })
  })
}
