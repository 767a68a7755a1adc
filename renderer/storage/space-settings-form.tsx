/** How much the cache may take, and whether archived studies go by themselves: applied when it is right. */
import { Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettings, useUpdateSettings } from '../services/settings.ts'

const GB = 1_000_000_000

/** A whole number within bounds; null when the text is none. */
const numberIn = (text: string, least: number, most: number): number | null => {
  const value = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : null
}

export function SpaceSettingsForm() {
  const { t } = useTranslation()
  const { space } = useSettings()
  const update = useUpdateSettings()
  const [quota, setQuota] = useState(space.quotaBytes === null ? '' : String(Math.round(space.quotaBytes / GB)))
  const [percent, setPercent] = useState(String(space.lowWaterPercent))
  const wantedQuota = quota.trim() === '' ? null : numberIn(quota, 1, 1_000_000)
  const isQuotaBad = wantedQuota === null && quota.trim() !== ''
  const lowWaterPercent = numberIn(percent, 50, 99)
  const quotaBytes = wantedQuota === null ? null : wantedQuota * GB
  const isChanged = quotaBytes !== space.quotaBytes || lowWaterPercent !== space.lowWaterPercent
  const apply = () => {
    if (lowWaterPercent !== null) update.mutate({ space: { ...space, quotaBytes, lowWaterPercent } })
  }
  return (
    <Stack gap="xs">
      <Switch
        label={t('storage:space.evict')}
        checked={space.evict}
        onChange={(event) => update.mutate({ space: { ...space, evict: event.currentTarget.checked } })}
      />
      <Text c="dimmed" size="xs">
        {t('storage:space.rule')}
      </Text>
      <Group align="flex-start" gap="sm">
        <TextInput
          label={t('storage:space.quota')}
          placeholder={t('storage:space.quotaHint')}
          inputMode="numeric"
          value={quota}
          w={190}
          error={isQuotaBad && t('storage:space.bad')}
          onChange={(event) => setQuota(event.currentTarget.value)}
        />
        <TextInput
          label={t('storage:space.lowWater')}
          inputMode="numeric"
          value={percent}
          w={220}
          disabled={wantedQuota === null}
          error={lowWaterPercent === null && t('storage:space.badPercent')}
          onChange={(event) => setPercent(event.currentTarget.value)}
        />
        <Button
          mt={19}
          size="sm"
          variant="default"
          loading={update.isPending}
          disabled={isQuotaBad || lowWaterPercent === null || !isChanged}
          onClick={apply}
        >
          {t('storage:space.apply')}
        </Button>
      </Group>
    </Stack>
  )
}
