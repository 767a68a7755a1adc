/** Display: the language, and what stands over the images. */
import { SegmentedControl, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { speak } from '../services/i18n.ts'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { Setting } from './setting.tsx'

export function LanguageSetting() {
  const { t } = useTranslation()
  const { language } = useSettings()
  const update = useUpdateSettings()
  return (
    <Setting title={t('settings:language.title')} text={t('settings:language.text')}>
      <SegmentedControl
        aria-label={t('settings:language.title')}
        value={language}
        onChange={(value) => {
          const chosen = value === 'en' ? 'en' : 'fr'
          speak(chosen)
          update.mutate({ language: chosen })
        }}
        data={[
          { value: 'fr', label: 'Français' },
          { value: 'en', label: 'English' },
        ]}
      />
    </Setting>
  )
}

export function OverlaysSetting() {
  const { t } = useTranslation()
  const { overlaysVisible } = useSettings()
  const update = useUpdateSettings()
  return (
    <Setting title={t('settings:overlays.title')} text={t('settings:overlays.text')}>
      <Switch
        aria-label={t('settings:overlays.title')}
        checked={overlaysVisible}
        onChange={(event) => update.mutate({ overlaysVisible: event.currentTarget.checked })}
      />
    </Setting>
  )
}
