/** What each step of the first run shows and asks. */
import { Button, Radio, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Language } from '../../main/contract/settings.ts'
import { speak } from '../services/i18n.ts'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { NetworkChoice, ReceiverAddress, type ReceiverSettings } from '../settings/receiver-form.tsx'
import { RecoveryKey } from '../settings/recovery-key.tsx'
import { Notice } from './notice.tsx'
import type { FirstRunStep } from './steps.ts'

interface StepContentProps {
  step: FirstRunStep
  receiver: ReceiverSettings
  onReceiver(receiver: ReceiverSettings): void
  /** The recovery key was confirmed before. */
  confirmed: boolean
  onConfirmed(): void
  /** Ends the first run at the archive's settings. */
  onArchive(): void
}

function LanguageChoice() {
  const { t } = useTranslation()
  const { language } = useSettings()
  const update = useUpdateSettings()
  const choose = (value: string) => {
    const chosen: Language = value === 'en' ? 'en' : 'fr'
    speak(chosen)
    update.mutate({ language: chosen })
  }
  return (
    <Radio.Group value={language} onChange={choose} aria-label={t('first-run:language.title')}>
      <Stack gap="sm" mt="sm">
        <Radio value="fr" label="Français" lang="fr" />
        <Radio value="en" label="English" lang="en" />
      </Stack>
    </Radio.Group>
  )
}

export function StepContent({ step, receiver, onReceiver, confirmed, onConfirmed, onArchive }: StepContentProps) {
  const { t } = useTranslation()
  switch (step) {
    case 'language':
      return (
        <>
          <Text>{t('first-run:language.text')}</Text>
          <LanguageChoice />
        </>
      )
    case 'notice':
      return <Notice />
    case 'recovery':
      return (
        <Stack gap="md">
          <Text>{t('first-run:recovery.text')}</Text>
          {confirmed ? (
            <Text c="var(--done)">
              <IconCircleCheck size={16} stroke={1.8} aria-hidden="true" /> {t('first-run:recovery.confirmed')}
            </Text>
          ) : (
            <RecoveryKey onConfirmed={onConfirmed} />
          )}
        </Stack>
      )
    case 'network':
      return (
        <Stack gap="md">
          <Text>{t('first-run:network.text')}</Text>
          <NetworkChoice value={receiver} onChange={onReceiver} />
        </Stack>
      )
    case 'receiver':
      return (
        <Stack gap="md">
          <Text>{t('first-run:receiver.text')}</Text>
          <ReceiverAddress value={receiver} onChange={onReceiver} />
        </Stack>
      )
    case 'done':
      return (
        <Stack gap="sm">
          <Text>{t('first-run:done.text')}</Text>
          <Text>{t('first-run:done.demo')}</Text>
          <Text>{t('first-run:done.archive')}</Text>
          <Button variant="default" w="fit-content" onClick={onArchive}>
            {t('archive:notSetUp.action')}
          </Button>
          <Text c="dimmed">{t('first-run:done.keys')}</Text>
        </Stack>
      )
  }
}
