/** The territory's archive: where it is and how to sign in, tried before it counts. */
import { Button, Group, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { IconCircleCheck, IconPlugConnected } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ArchiveConfiguration } from '../../main/contract/archive.ts'
import { FaultLine } from '../archive/fault-line.tsx'
import { queryClient, trpc } from '../services/client.ts'
import { Setting } from './setting.tsx'

type Kind = ArchiveConfiguration['authentication']['kind']

/** What is typed; a secret that was not typed anew stays as it is kept. */
interface Typed {
  name: string
  url: string
  kind: Kind
  user: string
  secret: string | null
}

const typedFrom = (kept: ArchiveConfiguration | null): Typed => ({
  name: kept?.name ?? '',
  url: kept?.url ?? '',
  kind: kept?.authentication.kind ?? 'none',
  user: kept?.authentication.kind === 'basic' ? kept.authentication.user : '',
  secret: null,
})

export const configurationOf = ({ name, url, kind, user, secret }: Typed): ArchiveConfiguration => ({
  name: name.trim(),
  url: url.trim(),
  authentication:
    kind === 'basic' ? { kind, user, password: secret } : kind === 'bearer' ? { kind, token: secret } : { kind },
})

const isAddress = (url: string): boolean =>
  URL.canParse(url.trim()) && /^https?:$/.test(new URL(url.trim()).protocol) && url.trim().length <= 500

/** What a token can hold (RFC 6750 §2.1): printable ASCII without spaces. */
const isToken = (text: string): boolean => /^[\x21-\x7e]*$/.test(text)

/** A first secret must be given; one that is kept need not be typed again. */
const isComplete = (typed: Typed, kept: ArchiveConfiguration | null): boolean =>
  typed.name.trim() !== '' &&
  isAddress(typed.url) &&
  (typed.kind !== 'basic' || typed.user !== '') &&
  (typed.kind !== 'bearer' || isToken(typed.secret ?? '')) &&
  (typed.kind === 'none' || (typed.secret ?? '') !== '' || kept?.authentication.kind === typed.kind)

function Fields(props: { value: Typed; kept: ArchiveConfiguration | null; onChange(value: Typed): void }) {
  const authenticationLabel = useId()
  const { t } = useTranslation()
  const { value, kept, onChange } = props
  const isSecretKept = kept !== null && kept.authentication.kind === value.kind
  return (
    <>
      <Group gap="sm" align="flex-start">
        <TextInput
          label={t('settings:archive.name')}
          value={value.name}
          maxLength={64}
          w={220}
          onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
        />
        <TextInput
          label={t('settings:archive.url')}
          placeholder="https://…/dicom-web"
          value={value.url}
          maxLength={500}
          w={420}
          spellCheck={false}
          autoComplete="off"
          error={value.url === '' || isAddress(value.url) ? null : t('settings:archive.badUrl')}
          onChange={(event) => onChange({ ...value, url: event.currentTarget.value })}
        />
      </Group>
      {/^http:/i.test(value.url.trim()) && (
        <Text c="var(--waiting)" size="xs">
          {t('settings:archive.notEncrypted')}
        </Text>
      )}
      <div>
        <Text fw={600} mb={2} id={authenticationLabel}>
          {t('settings:archive.authentication')}
        </Text>
        <SegmentedControl
          aria-labelledby={authenticationLabel}
          value={value.kind}
          data={(['none', 'basic', 'bearer'] as const).map((kind) => ({
            value: kind,
            label: t(`settings:archive.kind.${kind}`),
          }))}
          onChange={(kind) => onChange({ ...value, kind: kind as Kind, secret: null })}
        />
      </div>
      {value.kind !== 'none' && (
        <Group gap="sm" align="flex-start">
          {value.kind === 'basic' && (
            <TextInput
              label={t('settings:archive.user')}
              value={value.user}
              maxLength={200}
              w={220}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => onChange({ ...value, user: event.currentTarget.value })}
            />
          )}
          <PasswordInput
            label={t(value.kind === 'basic' ? 'settings:archive.password' : 'settings:archive.token')}
            value={value.secret ?? ''}
            placeholder={isSecretKept ? t('settings:archive.secretKept') : ''}
            maxLength={value.kind === 'basic' ? 200 : 8_192}
            w={320}
            autoComplete="off"
            size="sm"
            error={value.kind === 'bearer' && !isToken(value.secret ?? '') ? t('settings:archive.badToken') : null}
            onChange={(event) => onChange({ ...value, secret: event.currentTarget.value || null })}
          />
        </Group>
      )}
    </>
  )
}

/** Kept by its kept configuration: begins anew when another one was kept. */
function ArchiveForm({ kept }: { kept: ArchiveConfiguration | null }) {
  const { t } = useTranslation()
  const [value, setValue] = useState(typedFrom(kept))
  const [tested, setTested] = useState<string | null>(null)
  const test = useMutation(trpc.archive.test.mutationOptions())
  const configure = useMutation(
    trpc.archive.configure.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.archive.pathFilter()),
    }),
  )
  const changed = JSON.stringify(value) !== JSON.stringify(typedFrom(kept))
  const complete = isComplete(value, kept)
  const answer = tested === JSON.stringify(value) ? test.data : undefined
  return (
    <Stack gap="sm">
      <Fields value={value} kept={kept} onChange={setValue} />
      <Group gap="sm">
        <Button
          size="sm"
          disabled={!changed || !complete}
          loading={configure.isPending}
          onClick={() => configure.mutate({ configuration: configurationOf(value) })}
        >
          {t('settings:archive.save')}
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconPlugConnected size={16} stroke={1.6} />}
          disabled={!complete}
          loading={test.isPending}
          onClick={() => {
            setTested(JSON.stringify(value))
            test.mutate({ configuration: configurationOf(value) })
          }}
        >
          {t('settings:archive.test')}
        </Button>
        {kept && (
          <Button
            size="sm"
            variant="subtle"
            color="gray"
            loading={configure.isPending}
            onClick={() => configure.mutate({ configuration: null })}
          >
            {t('settings:archive.remove')}
          </Button>
        )}
      </Group>
      <div aria-live="polite">
        {test.isError && tested === JSON.stringify(value) && (
          <Text c="var(--waiting)">{t('settings:archive.testFailed')}</Text>
        )}
        {configure.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
        {answer?.fault && <FaultLine fault={answer.fault} detail={answer.detail} />}
        {answer && answer.fault === null && (
          <Text c="var(--done)" fw={600}>
            <IconCircleCheck size={16} stroke={1.8} aria-hidden="true" style={{ verticalAlign: '-3px' }} />{' '}
            {t('settings:archive.works')}
          </Text>
        )}
      </div>
    </Stack>
  )
}

export function ArchiveSetting() {
  const { t } = useTranslation()
  const answer = useQuery(trpc.archive.configuration.queryOptions({}))
  return (
    <Setting title={t('settings:archive.title')} text={t('settings:archive.text')} wide>
      {answer.data !== undefined && <ArchiveForm key={JSON.stringify(answer.data)} kept={answer.data} />}
      {answer.isError && <Text c="var(--waiting)">{t('settings:archive.unknown')}</Text>}
    </Setting>
  )
}
