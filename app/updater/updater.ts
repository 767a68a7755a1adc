/** Updates from a feed that a person named in the settings; nothing is asked of anybody while that is off. */
import { app, type Session } from 'electron'
import { checkForUpdate, type UpdateSettings } from './feed.ts'

const firstCheckAfter = 60_000
const checkEvery = 6 * 3600_000

/** What the person set, asked of the station with the session's own cookie. Null when it does not answer. */
export async function readUpdateSettings(session: Session, origin: string | null): Promise<UpdateSettings | null> {
  if (!origin) return null
  const cookies = await session.cookies.get({ url: origin })
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${origin}/call/settings.get?input=%7B%7D`, { headers: { cookie } }).catch(() => null)
  if (!answer?.ok) return null
  const body: unknown = await answer.json()
  const updates: unknown = (body as { result?: { data?: { updates?: unknown } } }).result?.data?.updates
  if (typeof updates !== 'object' || updates === null) return null
  const [enabled, feed]: unknown[] = [Reflect.get(updates, 'enabled'), Reflect.get(updates, 'feed')]
  return typeof enabled === 'boolean' && typeof feed === 'string' ? { enabled, feed } : null
}

/** Looks for updates now and then, in a packaged program only; `onReady` is told when one was downloaded and how to install it. */
export function watchForUpdates(
  readSettings: () => Promise<UpdateSettings | null>,
  onReady: (install: () => void) => void,
): void {
  if (!app.isPackaged) return
  const load = async () => {
    const { autoUpdater } = await import('electron-updater')
    autoUpdater.autoInstallOnAppQuit = true
    autoUpdater.removeAllListeners('update-downloaded')
    autoUpdater.once('update-downloaded', () => onReady(() => autoUpdater.quitAndInstall()))
    return autoUpdater
  }
  // A feed that cannot be reached is asked again the next time.
  const check = async () => checkForUpdate(await readSettings(), load).catch(() => false)
  setTimeout(check, firstCheckAfter).unref()
  setInterval(check, checkEvery).unref()
}
