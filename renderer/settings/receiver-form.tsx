/** How the station receives: from where, under which AE title and port; tested through the network before it counts. */
import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { IconCircleCheck, IconPlugConnected } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../main/contract/settings.ts'
import { trpc } from '../services/client.ts'
import { isPort, PortField } from './number-fields.tsx'
import classes from './receiver-form.module.css'

export type ReceiverSettings = Pick<Settings, 'acceptFromNetwork' | 'aeTitle' | 'dicomPort'>

/** Whether a text is an AE title as the contract takes it (PS3.5 §6.2). */
export const isAETitle = (text: string): boolean => /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text) && text.trim() !== ''
export const isComplete = ({ aeTitle, dicomPort }: ReceiverSettings): boolean => isAETitle(aeTitle) && isPort(dicomPort)

interface PartProps {
  value: ReceiverSettings
  onChange(value: ReceiverSettings): void
}

/** From the network, or from this machine only. */
export function NetworkChoice({ value, onChange }: PartProps) {
  const { t } = useTranslation()
  return (
    <Radio.Group
      aria-label={t('settings:receiver.network')}
      value={value.acceptFromNetwork ? 'network' : 'local'}
      onChange={(choice) => onChange({ ...value, acceptFromNetwork: choice === 'network' })}
    >
      <Stack gap="xs">
        {(['network', 'local'] as const).map((choice) => (
          <Radio.Card key={choice} value={choice} className={classes.card}>
            <Group wrap="nowrap" align="flex-start">
              <Radio.Indicator />
              <div>
                <Text fw={600}>{t(`settings:receiver.choice.${choice}.title`)}</Text>
                <Text c="dimmed">{t(`settings:receiver.choice.${choice}.text`)}</Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  )
}

/** AE title and port, with the test and what a modality has to be told. */
export function ReceiverAddress({ value, onChange }: PartProps) {
  const { t } = useTranslation()
  const [tested, setTested] = useState<ReceiverSettings | null>(null)
  const test = useMutation(trpc.settings.testReceiver.mutationOptions())
  const current = tested !== null && JSON.stringify(tested) === JSON.stringify(value)
  const answer = current ? test.data : undefined
  return (
    <Stack gap="sm">
      <Group align="flex-start" gap="sm">
        <TextInput
          label={t('settings:receiver.aeTitle')}
          value={value.aeTitle}
          maxLength={16}
          spellCheck={false}
          autoComplete="off"
          w={220}
          error={isAETitle(value.aeTitle) ? null : t('problems:receiver.bad-ae-title')}
          onChange={(event) => onChange({ ...value, aeTitle: event.currentTarget.value })}
        />
        <PortField value={value.dicomPort} width={110} onChange={(dicomPort) => onChange({ ...value, dicomPort })} />
        <Button
          variant="default"
          mt={19}
          size="sm"
          leftSection={<IconPlugConnected size={16} stroke={1.6} />}
          disabled={!isComplete(value)}
          loading={test.isPending}
          onClick={() => {
            setTested(value)
            test.mutate(value)
          }}
        >
          {t('settings:receiver.test')}
        </Button>
      </Group>
      <div aria-live="polite">
        {current && test.isError && <Text c="var(--waiting)">{t('settings:receiver.testFailed')}</Text>}
        {answer?.problem && <Text c="var(--waiting)">{t(`problems:receiver.${answer.problem}`)}</Text>}
        {answer && answer.problem === null && (
          <div className={classes.answer}>
            <Text c="var(--done)" fw={600} className={classes.works}>
              <IconCircleCheck size={16} stroke={1.8} aria-hidden="true" /> {t('settings:receiver.works')}
            </Text>
            <Text mt={4}>{t('settings:receiver.tell')}</Text>
            <dl className={classes.lines} data-selectable>
              <dt>{t('settings:receiver.aeTitle')}</dt>
              <dd>{value.aeTitle.trim()}</dd>
              <dt>{t('settings:receiver.addresses')}</dt>
              <dd>
                {(value.acceptFromNetwork ? answer.addresses : ['127.0.0.1']).map((address) => (
                  <div key={address}>{address}</div>
                ))}
              </dd>
              <dt>{t('settings:receiver.port')}</dt>
              <dd>{value.dicomPort}</dd>
            </dl>
          </div>
        )}
      </div>
    </Stack>
  )
}
