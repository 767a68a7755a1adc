/** Which feed is asked for updates, and when. */
import type { AppUpdater } from 'electron-updater'

export interface UpdateSettings {
  enabled: boolean
  feed: string
}

/** Whether `feed` may be asked: only over TLS, as what it answers is run. */
export const isFeed = (feed: string): boolean => URL.canParse(feed) && new URL(feed).protocol === 'https:'

/** Asks the feed once, if that is on; resolves to whether an update was looked for. */
export async function checkForUpdate(
  settings: UpdateSettings | null,
  loadUpdater: () => Promise<AppUpdater>,
): Promise<boolean> {
  if (!settings?.enabled || !isFeed(settings.feed)) return false
  const updater = await loadUpdater()
  updater.setFeedURL({ provider: 'generic', url: settings.feed })
  await updater.checkForUpdates()
  return true
}
