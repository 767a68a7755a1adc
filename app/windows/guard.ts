/** What a window may not do: leave its station, open other windows, reach other hosts, be granted anything. */
import type { Session, WebContents } from 'electron'

/** The few permissions that the station's own page is given. */
const granted = new Set(['fullscreen', 'clipboard-sanitized-write'])

/** Whether `address` is the station's. */
const isOf = (address: string, origin: string | null): boolean =>
  origin !== null && URL.canParse(address) && new URL(address).origin === origin

/** Denies a session every permission and every host but the station's. `origin` is asked each time, as it changes with a restart. */
export function guardSession(session: Session, origin: () => string | null): void {
  session.setPermissionRequestHandler((contents, permission, decide) =>
    decide(granted.has(permission) && isOf(contents.getURL(), origin())),
  )
  session.setPermissionCheckHandler((_, permission, requester) => granted.has(permission) && isOf(requester, origin()))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((request, decide) => {
    const isLocal = /^(data|blob|devtools):/.test(request.url)
    const address = request.url.replace(/^ws:/, 'http:')
    decide({ cancel: !isLocal && !isOf(address, origin()) })
  })
}

/** Denies a page to go elsewhere, to open windows and to embed pages. */
export function guardContents(contents: WebContents, origin: () => string | null): void {
  const stay = (event: { preventDefault(): void }, address: string) => {
    if (!isOf(address, origin())) event.preventDefault()
  }
  contents.on('will-navigate', (event) => stay(event, event.url))
  contents.on('will-redirect', (event) => stay(event, event.url))
  contents.on('will-frame-navigate', (event) => stay(event, event.url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
