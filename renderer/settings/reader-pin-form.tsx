/** The PIN that signing asks for: set, changed, or replaced by the station's recovery key. */
import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProfileState } from '../../main/contract/profile.ts'
import { queryClient, trpc } from '../services/client.ts'
import { digitsOf, isPin, PinOutcomeText } from './pin-words.tsx'

const keep = (state: ProfileState): void => {
  queryClient.setQueryData(trpc.profile.get.queryKey({}), state)
}

export function ReaderPinForm() {
  const { t } = useTranslation()
  const state = useQuery(trpc.profile.get.queryOptions({})).data
  const [isForgotten, setIsForgotten] = useState(false)
  if (!state) return null
  return (
    <Stack gap="sm">
      {isForgotten ? <ResetForm /> : <SetForm hasPin={state.hasPin} />}
      {state.hasPin && (
        <Button variant="subtle" w="fit-content" onClick={() => setIsForgotten(!isForgotten)}>
          {t(isForgotten ? 'settings:pin.remembered' : 'settings:pin.forgotten')}
        </Button>
      )}
    </Stack>
  )
}

function Pin({
  label,
  value,
  onChange,
  error,
}: {
  label: string
  value: string
  onChange(pin: string): void
  error?: string | null
}) {
  const { t } = useTranslation()
  return (
    <PasswordInput
      label={label}
      value={value}
      onChange={({ currentTarget }) => onChange(digitsOf(currentTarget.value))}
      error={error ?? null}
      inputMode="numeric"
      autoComplete="off"
      w={190}
      visibilityToggleButtonProps={{ 'aria-label': t('report:sign.showPin') }}
    />
  )
}

/** The new PIN, typed twice. */
function useNewPin() {
  const { t } = useTranslation()
  const [newPin, setNewPin] = useState('')
  const [again, setAgain] = useState('')
  const differs = again.length >= newPin.length && again !== '' && again !== newPin
  return {
    newPin,
    isReady: isPin(newPin) && newPin === again,
    clear: () => {
      setNewPin('')
      setAgain('')
    },
    fields: (
      <>
        <Pin label={t('settings:pin.new')} value={newPin} onChange={setNewPin} />
        <Pin
          label={t('settings:pin.again')}
          value={again}
          onChange={setAgain}
          error={differs ? t('settings:pin.differs') : null}
        />
      </>
    ),
  }
}

function SetForm({ hasPin }: { hasPin: boolean }) {
  const { t } = useTranslation()
  const [oldPin, setOldPin] = useState('')
  const chosen = useNewPin()
  const set = useMutation(
    trpc.profile.setPin.mutationOptions({
      onSuccess: ({ outcome, state }) => {
        keep(state)
        setOldPin('')
        if (outcome.kind === 'right') chosen.clear()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set.mutate({ oldPin: hasPin ? oldPin : null, newPin: chosen.newPin })
  }
  return (
    <form onSubmit={submit}>
      <Group align="flex-start" gap="sm">
        {hasPin && <Pin label={t('settings:pin.old')} value={oldPin} onChange={setOldPin} />}
        {chosen.fields}
        <Button
          type="submit"
          size="sm"
          mt={19}
          loading={set.isPending}
          disabled={!chosen.isReady || (hasPin && !isPin(oldPin))}
        >
          {t(hasPin ? 'settings:pin.change' : 'settings:pin.set')}
        </Button>
      </Group>
      <PinOutcomeText outcome={set.data?.outcome} isError={set.isError} done={t('settings:pin.done')} />
    </form>
  )
}

function ResetForm() {
  const { t } = useTranslation()
  const [recoveryKey, setRecoveryKey] = useState('')
  const chosen = useNewPin()
  const reset = useMutation(
    trpc.profile.resetPin.mutationOptions({
      onSuccess: ({ outcome, state }) => {
        keep(state)
        if (outcome !== 'reset') return
        setRecoveryKey('')
        chosen.clear()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    reset.mutate({ recoveryKey: recoveryKey.trim(), newPin: chosen.newPin })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('settings:pin.recoveryKey')}
          value={recoveryKey}
          onChange={({ currentTarget }) => setRecoveryKey(currentTarget.value)}
          error={reset.data?.outcome === 'wrong-recovery-key' ? t('settings:pin.wrongRecoveryKey') : null}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          maw={420}
        />
        <Group align="flex-start" gap="sm">
          {chosen.fields}
          <Button
            type="submit"
            size="sm"
            mt={19}
            loading={reset.isPending}
            disabled={!chosen.isReady || recoveryKey.trim() === ''}
          >
            {t('settings:pin.reset')}
          </Button>
        </Group>
      </Stack>
      <div aria-live="polite">
        {reset.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
        {reset.data?.outcome === 'reset' && <Text c="var(--done)">{t('settings:pin.done')}</Text>}
      </div>
    </form>
  )
}
