/** Clients of DICOMweb on other machines: what each may do, when it came last; a secret is shown once, and an access ends at a click. */
import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WebClientSummary } from '../../main/contract/web-access.ts'
import { queryClient, trpc } from '../services/client.ts'
import { CopyTextButton } from '../ui/copy-button.tsx'
import { useFormat } from '../ui/format.ts'
import { takeLostFocus } from '../ui/take-lost-focus.ts'
import classes from './network-group.module.css'
import { Setting } from './setting.tsx'
import { isClientName } from './web-access-rules.ts'

/** As many as the station keeps. */
const MAX_CLIENTS = 50
const refresh = () => queryClient.invalidateQueries(trpc.webAccess.state.pathFilter())

function ClientRow({ client, onRevoked }: { client: WebClientSummary; onRevoked(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isAsking, setAsking] = useState(false)
  const revoke = useMutation(
    trpc.webAccess.revokeClient.mutationOptions({
      onSuccess: async () => {
        await refresh()
        onRevoked()
      },
    }),
  )
  const { id, name, mayRead, mayStore, lastUsedAt } = client
  const rights = [
    ...(mayRead ? [t('settings:webClients.right.read')] : []),
    ...(mayStore ? [t('settings:webClients.right.store')] : []),
  ]
  return (
    <li className={classes.peer}>
      <div className={classes.who}>
        <Text fw={600}>{name}</Text>
        <Text c="dimmed">
          {lastUsedAt === null
            ? t('settings:webClients.neverUsed')
            : t('settings:webClients.lastUsed', { at: format.instant(lastUsedAt) })}
        </Text>
      </div>
      <Text className={classes.rights}>{rights.join(', ')}</Text>
      {isAsking ? (
        <Group gap={6} wrap="nowrap">
          <Button
            size="compact-sm"
            color="red"
            loading={revoke.isPending}
            autoFocus
            onClick={() => revoke.mutate({ id })}
          >
            {t('settings:webClients.revoke')}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAsking(false)}>
            {t('settings:peers.cancel')}
          </Button>
        </Group>
      ) : (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('settings:webClients.revokeOf', { name })}
          title={t('settings:webClients.revoke')}
          onClick={() => setAsking(true)}
        >
          <IconTrash size={16} stroke={1.6} />
        </ActionIcon>
      )}
      {revoke.isError && (
        <div className={classes.answer}>
          <Text c="var(--waiting)">{t('settings:failed')}</Text>
        </div>
      )}
    </li>
  )
}

function SecretShown({ name, secret, onDone }: { name: string; secret: string; onDone(): void }) {
  const { t } = useTranslation()
  const shown = useRef<HTMLDivElement>(null)
  // The form that asked for it is gone; what is shown once is brought into view.
  useEffect(() => takeLostFocus(shown.current), [])
  return (
    <div ref={shown} className={classes.form} role="status" tabIndex={-1}>
      <Stack gap="xs">
        <Text fw={600}>{t('settings:webClients.secretOf', { name })}</Text>
        <Text ff="monospace" data-selectable style={{ overflowWrap: 'anywhere' }}>
          {secret}
        </Text>
        <Text c="dimmed">{t('settings:webClients.secretText')}</Text>
        <Group gap="xs">
          <CopyTextButton text={secret} />
          <Button size="sm" variant="subtle" color="gray" onClick={onDone}>
            {t('settings:webClients.noted')}
          </Button>
        </Group>
      </Stack>
    </div>
  )
}

const nobody = { name: '', mayRead: true, mayStore: false }

function ClientForm({
  onAdded,
  onCancel,
}: {
  onAdded(added: { name: string; secret: string }): void
  onCancel(): void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(nobody)
  const add = useMutation(
    trpc.webAccess.addClient.mutationOptions({
      onSuccess: async (answer) => {
        if (answer.kind !== 'added') return
        await refresh()
        onAdded({ name: answer.client.name, secret: answer.secret })
      },
    }),
  )
  const name = typed.name.trim()
  const isComplete = isClientName(name) && (typed.mayRead || typed.mayStore)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isComplete) add.mutate({ ...typed, name })
  }
  return (
    <form
      className={classes.form}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel()
      }}
      aria-label={t('settings:webClients.add')}
    >
      <Stack gap="sm">
        <TextInput
          label={t('settings:webClients.name')}
          value={typed.name}
          maxLength={40}
          w={300}
          autoComplete="off"
          data-autofocus
          autoFocus
          error={name === '' || isClientName(name) ? null : t('settings:webClients.badName')}
          onChange={(event) => setTyped({ ...typed, name: event.currentTarget.value })}
        />
        <Group gap="lg">
          <Checkbox
            label={t('settings:webClients.right.read')}
            checked={typed.mayRead}
            onChange={(event) => setTyped({ ...typed, mayRead: event.currentTarget.checked })}
          />
          <Checkbox
            label={t('settings:webClients.right.store')}
            checked={typed.mayStore}
            onChange={(event) => setTyped({ ...typed, mayStore: event.currentTarget.checked })}
          />
        </Group>
        <Group gap="sm">
          <Button type="submit" size="sm" disabled={!isComplete} loading={add.isPending}>
            {t('settings:webClients.create')}
          </Button>
          <Button size="sm" variant="subtle" color="gray" onClick={onCancel}>
            {t('settings:peers.cancel')}
          </Button>
        </Group>
        <div aria-live="polite">
          {add.data && add.data.kind !== 'added' && (
            <Text c="var(--waiting)">{t(`settings:webClients.refused.${add.data.kind}`)}</Text>
          )}
          {add.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
        </div>
      </Stack>
    </form>
  )
}

export function WebClientsSetting() {
  const { t } = useTranslation()
  const { data: state, isError } = useQuery(trpc.webAccess.state.queryOptions({}))
  const [isAdding, setAdding] = useState(false)
  const [added, setAdded] = useState<{ name: string; secret: string } | null>(null)
  const addButton = useRef<HTMLButtonElement>(null)
  const leave = () => {
    setAdding(false)
    setAdded(null)
    // What had the focus is gone; the button can take it once it is no longer disabled.
    requestAnimationFrame(() => takeLostFocus(addButton.current))
  }
  const clients = state?.clients ?? []
  return (
    <Setting title={t('settings:webClients.title')} text={t('settings:webClients.text')} wide>
      <Stack gap="sm">
        {isError && <Text c="var(--waiting)">{t('settings:webAccess.unknown')}</Text>}
        {state && clients.length === 0 && !isAdding && !added && (
          <Text c="dimmed">{t('settings:webClients.none')}</Text>
        )}
        <ul className={classes.peers}>
          {clients.map((client) => (
            <ClientRow key={client.id} client={client} onRevoked={leave} />
          ))}
        </ul>
        {added && <SecretShown {...added} onDone={leave} />}
        {isAdding && (
          <ClientForm
            onAdded={(answer) => {
              setAdding(false)
              setAdded(answer)
            }}
            onCancel={leave}
          />
        )}
        <Button
          ref={addButton}
          size="sm"
          variant="default"
          w="fit-content"
          leftSection={<IconPlus size={16} stroke={1.6} />}
          disabled={!state || isAdding || added !== null || clients.length >= MAX_CLIENTS}
          onClick={() => setAdding(true)}
        >
          {t('settings:webClients.add')}
        </Button>
      </Stack>
    </Setting>
  )
}
