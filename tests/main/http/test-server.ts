/** The loopback listener on a free port, with a window that is signed in. */
import pino from 'pino'
import type { HandlersOf } from '../../../main/contract/define.ts'
import type { StationContract } from '../../../main/contract/index.ts'
import { type HttpServer, startHttp } from '../../../main/http/server.ts'
import type { HttpServices } from '../../../main/http/services.ts'

export interface TestServer extends HttpServer {
  cookie: string
  /** A request as the window makes it. */
  ask(path: string, init?: RequestInit): Promise<Response>
}

/** Signs a window in and gives its cookie. */
export async function signIn(entry: string): Promise<string> {
  const { origin, hash } = new URL(entry)
  const answer = await fetch(`${origin}/enter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ code: hash.slice(1) }),
  })
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

export async function startTestServer(
  services: Partial<HttpServices> | null,
  options: { handlers?: Partial<HandlersOf<StationContract>>; rendererFolder?: string; onShow?: () => boolean } = {},
): Promise<TestServer> {
  const none = {} as HandlersOf<StationContract>
  const handlers = new Proxy(none, { get: (_, service) => options.handlers?.[service as keyof typeof none] ?? {} })
  const server = await startHttp({
    port: 0,
    log: pino({ level: 'silent' }),
    rendererFolder: options.rendererFolder ?? null,
    handlers,
    services: () => services && ({ otherEncodings: () => [], ...services } as HttpServices),
    onShow: options.onShow ?? (() => false),
  })
  const cookie = await signIn(server.entry())
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { ...init, headers: { cookie, ...init.headers } })
  return { ...server, cookie, ask }
}
