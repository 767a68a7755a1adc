/** This station: how it receives, and which private objects it takes. */
import { Button, Group, Stack, TagsInput, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isUID } from '../../main/dicom/index.ts'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { isComplete, NetworkChoice, ReceiverAddress, type ReceiverSettings } from './receiver-form.tsx'
import { Setting } from './setting.tsx'

export function ReceiverSetting() {
  const { t } = useTranslation()
  const { acceptFromNetwork, aeTitle, dicomPort } = useSettings()
  const saved: ReceiverSettings = { acceptFromNetwork, aeTitle, dicomPort }
  const [value, setValue] = useState(saved)
  const update = useUpdateSettings()
  const changed = JSON.stringify(value) !== JSON.stringify(saved)
  return (
    <Setting title={t('settings:receiver.title')} text={t('settings:receiver.text')} wide>
      <Stack gap="md">
        <NetworkChoice value={value} onChange={setValue} />
        <ReceiverAddress value={value} onChange={setValue} />
        <Group gap="sm">
          <Button
            size="sm"
            disabled={!changed || !isComplete(value)}
            loading={update.isPending}
            onClick={() => update.mutate({ ...value, aeTitle: value.aeTitle.trim() })}
          >
            {t('settings:receiver.apply')}
          </Button>
          {changed && (
            <Button size="sm" variant="subtle" color="gray" onClick={() => setValue(saved)}>
              {t('settings:receiver.revert')}
            </Button>
          )}
          <span aria-live="polite">
            {update.data?.problem && <Text c="var(--waiting)">{t(`problems:receiver.${update.data.problem}`)}</Text>}
            {update.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
            {update.data?.problem === null && !changed && <Text c="var(--done)">{t('settings:receiver.applied')}</Text>}
          </span>
        </Group>
      </Stack>
    </Setting>
  )
}

export function SOPClassesSetting() {
  const { t } = useTranslation()
  const { additionalSOPClassUIDs } = useSettings()
  const update = useUpdateSettings()
  const [refused, setRefused] = useState('')
  const change = (values: string[]) => {
    const bad = values.find((value) => !isUID(value.trim()))
    setRefused(bad ?? '')
    if (bad === undefined) update.mutate({ additionalSOPClassUIDs: values.map((value) => value.trim()) })
  }
  return (
    <Setting title={t('settings:sopClasses.title')} text={t('settings:sopClasses.text')} wide>
      <TagsInput
        value={additionalSOPClassUIDs}
        onChange={change}
        maxTags={200}
        maw={560}
        placeholder="1.2.840.…"
        aria-label={t('settings:sopClasses.title')}
        error={refused === '' ? null : t('settings:sopClasses.bad', { value: refused.slice(0, 64) })}
      />
    </Setting>
  )
}
