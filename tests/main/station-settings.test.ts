import { expect, it } from 'vitest'
import type { Settings } from '../../main/contract/settings.ts'
import { defaultLanguage, defaultSettings, openSettings, readSettings } from '../../main/station-settings.ts'

it('speaks French unless the environment is English', () => {
  const locales = [
    {},
    { LANG: 'en_GB.UTF-8' },
    { LANG: 'C.UTF-8' },
    { LANG: 'en_US', LC_ALL: 'fr_FR.UTF-8' },
    { LANG: 'en' },
    { LANG: 'eng' },
  ]
  expect(locales.map(defaultLanguage)).toEqual(['fr', 'en', 'fr', 'fr', 'en', 'fr'])
})

it('falls back field by field where something kept cannot be read any more', () => {
  const defaults = defaultSettings('fr')
  const saved = { language: 'xx', aeTitle: 'GARDE', dicomPort: 0, keys: { a: ['b'] } } as unknown as Partial<Settings>
  expect(readSettings(saved, defaults)).toEqual({ ...defaults, aeTitle: 'GARDE', keys: { a: ['b'] } })
})

it('keeps what is changed and drops the override that it replaces', async () => {
  const kept: Partial<Settings>[] = []
  const cache = {
    loadSettings: async () => ({}),
    saveSettings: async (settings: Partial<Settings>) => void kept.push(settings),
  }
  const keeper = await openSettings(cache, { aeTitle: 'PASSAGE', dicomPort: 0 })
  expect(keeper.current()).toMatchObject({ aeTitle: 'PASSAGE', dicomPort: 0 })
  await keeper.change({ aeTitle: 'GARDE' })
  expect(keeper.current()).toMatchObject({ aeTitle: 'GARDE', dicomPort: 0 })
  expect(kept).toMatchObject([{ aeTitle: 'GARDE', dicomPort: 11112 }])
  await expect(keeper.change({ aeTitle: '\\' })).rejects.toThrow()
  expect(keeper.current().aeTitle).toBe('GARDE')
})
