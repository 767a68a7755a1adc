/** Who writes and signs here. With a PIN set, it is asked for: nobody signs under another's name by changing the name. */
import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReaderProfile } from '../../main/contract/profile.ts'
import { queryClient, trpc } from '../services/client.ts'
import { digitsOf, isPin, PinOutcomeText } from './pin-words.tsx'
import { hasRightCheckDigit, isElevenDigits } from './rpps.ts'

const nobody: ReaderProfile = {
  familyName: '',
  givenName: '',
  prefix: 'Dr',
  RPPS: '',
  organisation: { name: '', FINESS: '' },
}

const isComplete = ({ familyName, givenName, RPPS, organisation }: ReaderProfile): boolean =>
  [familyName, givenName, organisation.name].every((text) => text.trim() !== '') &&
  isElevenDigits(RPPS) &&
  /^([0-9][0-9AB][0-9]{7})?$/.test(organisation.FINESS)

export function ReaderProfileForm() {
  const state = useQuery(trpc.profile.get.queryOptions({})).data
  return state ? <Form key={JSON.stringify(state.profile)} saved={state.profile} hasPin={state.hasPin} /> : null
}

function Form({ saved, hasPin }: { saved: ReaderProfile | null; hasPin: boolean }) {
  const { t } = useTranslation()
  const [profile, setProfile] = useState(saved ?? nobody)
  const [pin, setPin] = useState('')
  const save = useMutation(
    trpc.profile.save.mutationOptions({
      onSuccess: ({ state }) => {
        setPin('')
        queryClient.setQueryData(trpc.profile.get.queryKey({}), state)
      },
    }),
  )
  const isChanged = JSON.stringify(profile) !== JSON.stringify(saved ?? nobody)
  const text = (key: 'familyName' | 'givenName' | 'prefix' | 'RPPS', more: object) => (
    <TextInput
      label={t(`settings:reader.${key}`)}
      value={profile[key]}
      onChange={({ currentTarget }) => setProfile({ ...profile, [key]: currentTarget.value })}
      autoComplete="off"
      spellCheck={false}
      {...more}
    />
  )
  const organisation = (key: 'name' | 'FINESS', more: object) => (
    <TextInput
      label={t(`settings:reader.organisation.${key}`)}
      value={profile.organisation[key]}
      onChange={({ currentTarget: { value } }) =>
        setProfile({ ...profile, organisation: { ...profile.organisation, [key]: value } })
      }
      autoComplete="off"
      spellCheck={false}
      {...more}
    />
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate({ profile, pin: hasPin ? pin : null })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group align="flex-start" gap="sm" wrap="nowrap">
          {text('prefix', { maxLength: 16, w: 80 })}
          {text('familyName', { maxLength: 64, style: { flex: 1 } })}
          {text('givenName', { maxLength: 64, style: { flex: 1 } })}
        </Group>
        <Group align="flex-start" gap="sm">
          {text('RPPS', { maxLength: 11, w: 180, inputMode: 'numeric', error: rppsError(profile.RPPS, t) })}
          {isElevenDigits(profile.RPPS) && !hasRightCheckDigit(profile.RPPS) && (
            <Text c="var(--waiting)" mt={24} maw={360} role="status">
              {t('settings:reader.checkDigit')}
            </Text>
          )}
        </Group>
        <Group align="flex-start" gap="sm" wrap="nowrap">
          {organisation('name', { maxLength: 64, style: { flex: 1 } })}
          {organisation('FINESS', { maxLength: 9, w: 180 })}
        </Group>
        <Group align="flex-end" gap="sm">
          {hasPin && isChanged && (
            <PasswordInput
              label={t('settings:reader.pinToChange')}
              value={pin}
              onChange={({ currentTarget }) => setPin(digitsOf(currentTarget.value))}
              inputMode="numeric"
              autoComplete="off"
              w={220}
              visibilityToggleButtonProps={{ 'aria-label': t('report:sign.showPin') }}
            />
          )}
          <Button
            type="submit"
            size="sm"
            loading={save.isPending}
            disabled={!isChanged || !isComplete(profile) || (hasPin && !isPin(pin))}
          >
            {t('settings:reader.save')}
          </Button>
        </Group>
        <PinOutcomeText outcome={save.data?.outcome} isError={save.isError} done={t('settings:reader.saved')} />
      </Stack>
    </form>
  )
}

const rppsError = (RPPS: string, t: (key: string) => string): string | null =>
  RPPS === '' || isElevenDigits(RPPS) ? null : t('settings:reader.elevenDigits')
