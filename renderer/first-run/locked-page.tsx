/** A data folder whose key is not at hand: the recovery key opens it again. */
import { Button, Group, TextInput } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queryClient, trpc } from '../services/client.ts'
import { MessagePage } from '../ui/message-page.tsx'

type LockReason = 'key-missing' | 'key-wrong' | 'key-unreadable'

export function LockedPage({ reason }: { reason: LockReason }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const restore = useMutation(
    trpc.security.restore.mutationOptions({
      onSuccess: ({ outcome }) => {
        if (outcome !== 'wrong-recovery-key') void queryClient.invalidateQueries()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    restore.mutate({ recoveryKey: typed.trim() })
  }
  const error = restore.isError
    ? t('first-run:locked.failed')
    : restore.data?.outcome === 'wrong-recovery-key'
      ? t('first-run:locked.wrong')
      : null
  return (
    <MessagePage icon={<IconLock size={32} stroke={1.5} color="var(--waiting)" />} title={t('first-run:locked.title')}>
      <p>{t(`first-run:locked.${reason}`)}</p>
      <p>{t('first-run:locked.text')}</p>
      <form onSubmit={submit}>
        <TextInput
          label={t('first-run:locked.key')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={error}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          autoFocus
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Group mt="sm">
          <Button type="submit" size="sm" disabled={typed.trim() === ''} loading={restore.isPending}>
            {t('first-run:locked.open')}
          </Button>
        </Group>
      </form>
    </MessagePage>
  )
}
