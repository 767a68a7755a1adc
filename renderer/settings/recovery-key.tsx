/** The recovery key: drawn and shown once, confirmed by typing its last group back. */
import { Button, Group, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconKey, IconPrinter } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queryClient, trpc } from '../services/client.ts'
import { CopyTextButton } from '../ui/copy-button.tsx'
import classes from './recovery-key.module.css'

function KeySheet({ recoveryKey }: { recoveryKey: string }) {
  const { t } = useTranslation()
  const groups = recoveryKey.split(/[-\s]+/).filter(Boolean)
  return (
    <div className={classes.sheet}>
      <p className={classes.sheetTitle}>{t('settings:recovery.sheetTitle')}</p>
      <p className={classes.key} data-selectable>
        <VisuallyHidden component="span">{recoveryKey}</VisuallyHidden>
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups may repeat and never move
          <span key={index} aria-hidden="true" className={classes.group}>
            {group}
          </span>
        ))}
      </p>
      <p className={classes.sheetText}>{t('settings:recovery.sheetText')}</p>
    </div>
  )
}

/** Draws the key, shows it, and calls `onConfirmed` when its last group was typed back. */
export function RecoveryKey({ onConfirmed }: { onConfirmed(): void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const draw = useMutation(trpc.security.drawRecoveryKey.mutationOptions())
  const confirm = useMutation(
    trpc.security.confirmRecoveryKey.mutationOptions({
      onSuccess: ({ confirmed }) => {
        if (!confirmed) return
        void queryClient.invalidateQueries(trpc.security.state.pathFilter())
        onConfirmed()
      },
    }),
  )
  if (draw.data === undefined)
    return (
      <Stack gap="sm">
        <Button
          w="fit-content"
          size="sm"
          leftSection={<IconKey size={16} stroke={1.6} />}
          loading={draw.isPending}
          onClick={() => draw.mutate({})}
        >
          {t('settings:recovery.draw')}
        </Button>
        {draw.isError && <Text c="var(--waiting)">{t('settings:recovery.drawFailed')}</Text>}
      </Stack>
    )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate({ lastGroup: typed.trim() })
  }
  return (
    <Stack gap="sm">
      <KeySheet recoveryKey={draw.data.recoveryKey} />
      <Group gap="xs">
        <CopyTextButton text={draw.data.recoveryKey} />
        <Button variant="default" onClick={() => window.print()} leftSection={<IconPrinter size={15} />}>
          {t('settings:recovery.print')}
        </Button>
      </Group>
      <Text c="dimmed">{t('settings:recovery.where')}</Text>
      <form onSubmit={submit}>
        <Group align="flex-start" gap="sm">
          <TextInput
            label={t('settings:recovery.retype')}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={confirm.data?.confirmed === false ? t('settings:recovery.wrong') : null}
            autoComplete="off"
            spellCheck={false}
            maxLength={32}
            w={280}
          />
          <Button type="submit" mt={19} size="sm" disabled={typed.trim() === ''} loading={confirm.isPending}>
            {t('settings:recovery.confirm')}
          </Button>
        </Group>
      </form>
    </Stack>
  )
}
