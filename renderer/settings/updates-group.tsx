/** Updates: off unless a person names a feed and switches them on. */
import { Button, Group, Switch, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { trpc } from '../services/client.ts'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { Setting } from './setting.tsx'

const isFeed = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'https:'

export function UpdatesSetting() {
  const { t } = useTranslation()
  const { updates } = useSettings()
  const update = useUpdateSettings()
  const host = useQuery(trpc.station.status.queryOptions({})).data?.host
  const [feed, setFeed] = useState(updates.feed)
  const valid = feed === '' || isFeed(feed)
  if (host !== undefined && host !== 'electron')
    return (
      <Setting title={t('settings:updates.title')} wide>
        <Text>{t('settings:updates.notHere')}</Text>
      </Setting>
    )
  return (
    <Setting title={t('settings:updates.title')} text={t('settings:updates.text')} wide>
      <Group align="flex-start" gap="sm">
        <TextInput
          label={t('settings:updates.feed')}
          placeholder="https://…"
          value={feed}
          maxLength={500}
          w={420}
          error={valid ? null : t('settings:updates.badFeed')}
          onChange={(event) => setFeed(event.currentTarget.value)}
        />
        <Button
          mt={19}
          size="sm"
          variant="default"
          disabled={!valid || feed === updates.feed}
          onClick={() => update.mutate({ updates: { feed, enabled: feed !== '' && updates.enabled } })}
        >
          {t('settings:updates.save')}
        </Button>
      </Group>
      <Switch
        mt="sm"
        label={t('settings:updates.enabled')}
        checked={updates.enabled}
        disabled={updates.feed === ''}
        onChange={(event) => update.mutate({ updates: { ...updates, enabled: event.currentTarget.checked } })}
      />
    </Setting>
  )
}
