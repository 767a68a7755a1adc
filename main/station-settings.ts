/** What a person has set: kept in the records, completed by defaults, and overridden for one run by the host's arguments. */
import type { Records } from './cache/index.ts'
import { type Settings, settingsModel } from './contract/settings.ts'
import type { StationOptions } from './station-options.ts'

type Overrides = Pick<StationOptions, 'aeTitle' | 'dicomPort'>

/** French, unless the environment's locale is English. */
export function defaultLanguage(environment: Readonly<Record<string, string | undefined>>): Settings['language'] {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return /^en([_.@-]|$)/i.test(locale) ? 'en' : 'fr'
}

/** The settings of a station that nobody has set up yet. */
export const defaultSettings = (language: Settings['language']): Settings => ({
  language,
  noticeAccepted: null,
  firstRunDone: false,
  acceptFromNetwork: false,
  aeTitle: 'ASTREINTE',
  dicomPort: 11112,
  additionalSOPClassUIDs: [],
  peers: [],
  unknownPeers: 'store',
  keys: {},
  overlaysVisible: true,
  studyColumns: [],
  space: { evict: true, quotaBytes: null, lowWaterPercent: 90 },
  watchedFolder: null,
  updates: { enabled: false, feed: '' },
})

/** What was saved, field by field: one that cannot be read any more falls back to its default alone. */
export function readSettings(saved: Partial<Settings>, defaults: Settings): Settings {
  const fields = Object.entries(settingsModel.shape).map(([name, schema]) => {
    const field = schema.safeParse(saved[name as keyof Settings])
    return [name, field.success ? field.data : defaults[name as keyof Settings]]
  })
  return Object.fromEntries(fields) as Settings
}

export interface SettingsKeeper {
  /** What holds now. */
  current(): Settings
  /** What is kept, without the overrides of this run. */
  saved(): Settings
  /** Keeps a change durably; what it names is no longer overridden. */
  change(change: Partial<Settings>): Promise<void>
}

/** The settings kept in `notes`, with the fields of `overrides` replaced for this run. */
export async function openSettings(
  notes: Pick<Records['notes'], 'loadSettings' | 'saveSettings'>,
  overrides: Overrides,
): Promise<SettingsKeeper> {
  let saved = readSettings(await notes.loadSettings(), defaultSettings(defaultLanguage(process.env)))
  const overriding: Partial<Settings> = {
    ...(overrides.aeTitle !== undefined ? { aeTitle: overrides.aeTitle } : {}),
    ...(overrides.dicomPort !== undefined ? { dicomPort: overrides.dicomPort } : {}),
  }
  return {
    current: () => ({ ...saved, ...overriding }),
    saved: () => saved,
    async change(change) {
      const next = settingsModel.parse({ ...saved, ...change })
      await notes.saveSettings(next)
      saved = next
      for (const name of Object.keys(change)) delete overriding[name as keyof Settings]
    },
  }
}
