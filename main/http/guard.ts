/**
 * Who may ask what of the loopback listener (design: "The renderer reaches the station over loopback HTTP"). Pure: takes what a
 * request says, gives the refusal. Another web page, another local server and another local program are all strangers here.
 */
import { isSameSecret } from './secrets.ts'

/** Why a request is turned away. */
export interface Refusal {
  status: 401 | 403 | 421
  code: 'wrong-host' | 'foreign-origin' | 'not-signed-in'
}

/** What the guard looks at of a request. */
export interface Visitor {
  method: string
  /** Path without the query. */
  path: string
  host: string | undefined
  origin: string | undefined
  /** Fetch metadata (W3C `Sec-Fetch-Site`); absent when the client is no browser. */
  fetchSite: string | undefined
  isUpgrade: boolean
  cookie: string | undefined
  authorization: string | undefined
  /** Header of the control route. */
  control: string | undefined
}

/** The secrets of this launch. */
export interface LaunchSecrets {
  /** In the windows' cookie: everything. */
  window: string
  /** Bearer token of tools: reading `/dicom-web`. */
  token: string
  /** Bearer token of tools: storing by `/dicom-web`, and nothing else. */
  storeToken: string
  /** Of a second start of the same program: `/control/`. */
  control: string
}

const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** The names this listener answers to: its address and nothing else, so that a rebound DNS name is refused. */
const ownHosts = (port: number): string[] => [`127.0.0.1:${port}`, `localhost:${port}`]

function isForeign(visitor: Visitor, port: number): boolean {
  if (visitor.origin !== undefined) return !ownHosts(port).some((host) => visitor.origin === `http://${host}`)
  // A WebSocket is not held by the same-origin policy, and every browser names its origin there.
  if (visitor.isUpgrade) return true
  // A cookie knows no port: a page of another local server is same-site to us, and only this header tells it apart.
  const arrivesFromOutside = visitor.path === '/enter' && visitor.method === 'GET'
  return !arrivesFromOutside && visitor.fetchSite !== undefined && !['same-origin', 'none'].includes(visitor.fetchSite)
}

/** Where objects are stored (PS3.18 §10.5.1). */
const isStorePath = /^\/dicom-web\/studies(\/[\d.]{1,64})?$/

function hasSecret(visitor: Visitor, secrets: LaunchSecrets): boolean {
  if (isUnder(visitor.path, '/control')) {
    return visitor.control !== undefined && isSameSecret(visitor.control, secrets.control)
  }
  if (visitor.cookie !== undefined && isSameSecret(visitor.cookie, secrets.window)) return true
  const bearer = /^Bearer +([\w-]+)$/i.exec(visitor.authorization ?? '')?.[1]
  if (bearer === undefined) return false
  if (visitor.method === 'POST') return isStorePath.test(visitor.path) && isSameSecret(bearer, secrets.storeToken)
  const reads = ['GET', 'HEAD', 'OPTIONS'].includes(visitor.method)
  return reads && isUnder(visitor.path, '/dicom-web') && isSameSecret(bearer, secrets.token)
}

/** The refusal of a request to the listener on `port`, or null when it may pass. */
export function refusalOf(visitor: Visitor, port: number, secrets: LaunchSecrets): Refusal | null {
  if (!ownHosts(port).includes(visitor.host ?? '')) return { status: 421, code: 'wrong-host' }
  if (isForeign(visitor, port)) return { status: 403, code: 'foreign-origin' }
  if (visitor.path === '/enter') return null
  return hasSecret(visitor, secrets) ? null : { status: 401, code: 'not-signed-in' }
}
