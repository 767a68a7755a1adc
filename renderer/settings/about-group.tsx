/** About: version, what this is and is not, licences. */
import { Button, ScrollArea, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Notice } from '../first-run/notice.tsx'
import { trpc } from '../services/client.ts'
import { useSettings } from '../services/settings.ts'
import { useFormat } from '../ui/format.ts'
import classes from './about-group.module.css'
import { Setting } from './setting.tsx'

export function VersionSetting() {
  const { t } = useTranslation()
  const status = useQuery(trpc.station.status.queryOptions({})).data
  if (status === undefined) return null
  return (
    <Setting title={t('settings:version.title')} text={t(`settings:version.host.${status.host}`)}>
      <Text data-selectable>Astreinte {status.version}</Text>
    </Setting>
  )
}

export function NoticeSetting() {
  const { t } = useTranslation()
  const format = useFormat()
  const { noticeAccepted } = useSettings()
  return (
    <Setting
      title={t('settings:notice.title')}
      {...(noticeAccepted ? { text: t('settings:notice.acceptedAt', { at: format.instant(noticeAccepted.at) }) } : {})}
      wide
    >
      <Notice />
    </Setting>
  )
}

/** Written by `npm run notices`; not there in a tree that never ran it. */
const notices = Object.values(
  import.meta.glob<string>('../../THIRD-PARTY-NOTICES.txt', { query: '?raw', import: 'default' }),
)[0]

export function LicencesSetting() {
  const { t } = useTranslation()
  const [text, setText] = useState<string | null>(null)
  return (
    <Setting title={t('settings:licences.title')} text={t('settings:licences.text')} wide>
      {notices && text === null && (
        <Button variant="default" onClick={() => void notices().then(setText)}>
          {t('settings:licences.show')}
        </Button>
      )}
      {text !== null && (
        <ScrollArea h={420} viewportProps={{ tabIndex: 0 }}>
          <pre data-selectable className={classes.licences}>
            {text}
          </pre>
        </ScrollArea>
      )}
    </Setting>
  )
}
