/** Security: where the station's key is, and its recovery key. */
import { Button, Code, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { RecoveryKey } from './recovery-key.tsx'
import { Setting } from './setting.tsx'

const useSecurityState = () => useQuery(trpc.security.state.queryOptions({})).data

export function KeyStoreSetting() {
  const { t } = useTranslation()
  const state = useSecurityState()
  if (state === undefined) return null
  return (
    <Setting title={t('settings:keyStore.title')} text={t(`settings:keyStore.${state.keyStore}`)} wide>
      {state.keyFile && (
        <Code data-selectable block>
          {state.keyFile}
        </Code>
      )}
    </Setting>
  )
}

export function RecoveryKeySetting() {
  const { t } = useTranslation()
  const format = useFormat()
  const state = useSecurityState()
  const [drawing, setDrawing] = useState(false)
  const [done, setDone] = useState(false)
  if (state === undefined) return null
  const at = state.recoveryKeyConfirmedAt
  const finish = () => {
    setDrawing(false)
    setDone(true)
  }
  return (
    <Setting title={t('settings:recovery.title')} text={t('settings:recovery.text')} wide>
      <Text c={at === null ? 'var(--waiting)' : 'var(--text)'} mb="xs">
        {at === null ? t('settings:recovery.never') : t('settings:recovery.confirmedAt', { at: format.instant(at) })}
      </Text>
      {drawing ? (
        <RecoveryKey onConfirmed={finish} />
      ) : (
        <Button variant="default" onClick={() => setDrawing(true)}>
          {t(at === null ? 'settings:recovery.create' : 'settings:recovery.replace')}
        </Button>
      )}
      {done && !drawing && (
        <Text c="var(--done)" mt="xs" role="status">
          {t('settings:recovery.done')}
        </Text>
      )}
    </Setting>
  )
}
