/** What a window may not do: leave its station, open windows but for a report of its station, reach other hosts, be granted anything. */
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

/** Whether `address` is the window of one report, which the reading screen opens for a second monitor. */
const isReportWindow = (address: string, origin: string | null): boolean =>
  isOf(address, origin) && new URL(address).searchParams.get('window') === 'report'

/** Denies a page to go elsewhere, to open windows other than a report's, and to embed pages; a report's window is denied the same. */
export function guardContents(contents: WebContents, origin: () => string | null): void {
  const stay = (event: { preventDefault(): void }, address: string) => {
    if (!isOf(address, origin())) event.preventDefault()
  }
  contents.on('will-navigate', (event) => stay(event, event.url))
  contents.on('will-redirect', (event) => stay(event, event.url))
  contents.on('will-frame-navigate', (event) => stay(event, event.url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) =>
    isReportWindow(url, origin())
      ? { action: 'allow', overrideBrowserWindowOptions: { autoHideMenuBar: true, backgroundColor: '#101113' } }
      : { action: 'deny' },
  )
  contents.on('did-create-window', (opened) => guardContents(opened.webContents, origin))
}
