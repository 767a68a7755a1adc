/** Electron's `session` on a browser context: what no handler denies is granted, as in Electron. */
import type { BrowserContext } from '@playwright/test'

type Decide<T> = (answer: T) => void
type PermissionHandler = (contents: { getURL(): string }, permission: string, decide: Decide<boolean>) => void
type RequestHandler = (request: { url: string }, decide: Decide<{ cancel?: boolean }>) => void

interface CookieDetails {
  url: string
  name: string
  value: string
  httpOnly?: boolean
  sameSite?: string
}

/** Playwright's name of a permission → Electron's. */
const permissionNames = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  camera: 'media',
  microphone: 'media',
  midi: 'midi',
  'clipboard-read': 'clipboard-read',
} as const

export interface StandInSession {
  partition: string
  setPermissionRequestHandler(handler: PermissionHandler): void
  setPermissionCheckHandler(handler: unknown): void
  setDevicePermissionHandler(handler: unknown): void
  webRequest: { onBeforeRequest(handler: RequestHandler): void }
  cookies: {
    set(cookie: CookieDetails): Promise<void>
    get(filter: { url: string }): Promise<{ name: string; value: string }[]>
  }
  /** Not Electron's: whether a request may go out. */
  allows(url: string): Promise<boolean>
  /** Not Electron's: gives the page at `url` what the handlers grant. */
  applyPermissions(url: string): Promise<void>
}

const sameSites = { strict: 'Strict', lax: 'Lax', no_restriction: 'None' } as const

/** A session named `partition` on the one browser context. */
export function createSession(partition: string, context: BrowserContext): StandInSession {
  let onPermission: PermissionHandler | null = null
  let onRequest: RequestHandler | null = null
  const isGranted = (url: string, permission: string) =>
    new Promise<boolean>((resolve) => {
      if (onPermission) onPermission({ getURL: () => url }, permission, resolve)
      else resolve(true)
    })
  return {
    partition,
    setPermissionRequestHandler(handler) {
      onPermission = handler
    },
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: () => undefined,
    webRequest: {
      onBeforeRequest(handler) {
        onRequest = handler
      },
    },
    cookies: {
      async set({ url, name, value, httpOnly = false, sameSite = 'lax' }) {
        const site = sameSites[sameSite as keyof typeof sameSites] ?? 'Lax'
        await context.addCookies([{ url, name, value, httpOnly, sameSite: site }])
      },
      get: ({ url }) => context.cookies(url),
    },
    allows: (url) =>
      new Promise((resolve) => {
        if (onRequest) onRequest({ url }, ({ cancel }) => resolve(cancel !== true))
        else resolve(true)
      }),
    async applyPermissions(url) {
      const names = Object.keys(permissionNames) as (keyof typeof permissionNames)[]
      const answers = await Promise.all(names.map((name) => isGranted(url, permissionNames[name])))
      const granted = names.filter((_, index) => answers[index])
      await context.grantPermissions(granted, { origin: new URL(url).origin })
    },
  }
}
