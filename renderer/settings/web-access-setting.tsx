/** DICOMweb for other machines: whether it listens, on which port, with which certificate, and for the pages of which origins. */
import { Button, FileInput, Group, NumberInput, Stack, Switch, TagsInput, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconLockOff } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WebAccessState } from '../../main/contract/web-access.ts'
import { queryClient, stationClient, trpc } from '../services/client.ts'
import { CertificateLines } from './certificate-lines.tsx'
import classes from './network-group.module.css'
import { Setting } from './setting.tsx'
import { isOrigin } from './web-access-rules.ts'

const parts = ['key', 'certificate'] as const
type Files = Record<(typeof parts)[number], File | null>
const noFiles: Files = { key: null, certificate: null }
/** Bytes of a PEM file; chains of certificates stay below. */
const MAX_FILE_LENGTH = 100_000

type Problem = NonNullable<WebAccessState['problem']>

function useProblemWords(): (problem: Problem) => string {
  const { t } = useTranslation()
  return (problem) =>
    t(problem === 'no-certificate' ? 'settings:webAccess.noCertificate' : `problems:receiver.${problem}`)
}

function ListenerState({ state }: { state: WebAccessState }) {
  const { t } = useTranslation()
  const words = useProblemWords()
  const { isOn, listening, problem } = state
  const icon = { size: 16, stroke: 1.8, 'aria-hidden': true, style: { verticalAlign: '-3px' } } as const
  if (listening) {
    return (
      <Text c="var(--done)" fw={600} data-selectable>
        <IconCircleCheck {...icon} /> {t('settings:webAccess.listening', { port: listening.port })}
      </Text>
    )
  }
  if (!isOn) {
    return (
      <Text c="dimmed">
        <IconLockOff {...icon} /> {t('settings:webAccess.off')}
      </Text>
    )
  }
  return (
    <Text c="var(--waiting)">
      <IconAlertTriangle {...icon} /> {t('settings:webAccess.stopped')} {problem && words(problem)}
    </Text>
  )
}

interface Typed {
  isOn: boolean
  port: number
  origins: string[]
}

function AccessForm({ state }: { state: WebAccessState }) {
  const { t } = useTranslation()
  const words = useProblemWords()
  const saved: Typed = { isOn: state.isOn, port: state.port, origins: state.origins }
  const [typed, setTyped] = useState(saved)
  const [files, setFiles] = useState(noFiles)
  const [badOrigin, setBadOrigin] = useState('')
  const refresh = () => queryClient.invalidateQueries(trpc.webAccess.state.pathFilter())
  const configure = useMutation({
    mutationFn: async (from: 'files' | 'dicom-tls') => {
      const { key, certificate } = files
      const given = key && certificate && { key: await key.text(), certificate: await certificate.text() }
      const kept = from === 'dicom-tls' ? from : 'keep'
      return stationClient.webAccess.configure.mutate({ ...typed, certificate: given || kept })
    },
    onSuccess: ({ fault, problem }) => {
      if (fault === null && problem === null) setFiles(noFiles)
      return refresh()
    },
  })
  const given = parts.filter((part) => files[part] !== null).length
  const isTooLong = (part: (typeof parts)[number]) => (files[part]?.size ?? 0) > MAX_FILE_LENGTH
  const isPort = Number.isInteger(typed.port) && typed.port >= 1 && typed.port <= 65_535
  const isChanged = JSON.stringify(typed) !== JSON.stringify(saved) || given === 2
  const changeOrigins = (values: string[]) => {
    const bad = values.find((value) => !isOrigin(value))
    setBadOrigin(bad ?? '')
    if (bad === undefined) setTyped({ ...typed, origins: values })
  }
  const placeholder = {
    own: 'settings:tls.keptFile',
    'dicom-tls': 'settings:webAccess.ofTls',
    none: 'settings:tls.choose',
  }
  const answer = configure.data
  return (
    <Stack gap="sm">
      <Switch
        label={t('settings:webAccess.on')}
        checked={typed.isOn}
        onChange={(event) => setTyped({ ...typed, isOn: event.currentTarget.checked })}
      />
      <Group align="flex-start" gap="sm">
        {parts.map((part) => (
          <FileInput
            key={part}
            label={t(`settings:tls.${part}`)}
            placeholder={t(placeholder[state.certificateOf])}
            accept=".pem,.crt,.cer,.key"
            value={files[part]}
            clearable
            clearButtonProps={{ 'aria-label': t('settings:tls.clear', { part: t(`settings:tls.${part}`) }) }}
            w={200}
            error={isTooLong(part) ? t('settings:tls.tooLong') : null}
            onChange={(file) => setFiles({ ...files, [part]: file })}
          />
        ))}
        <NumberInput
          label={t('settings:receiver.port')}
          value={typed.port}
          min={1}
          max={65_535}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="strict"
          hideControls
          w={90}
          onChange={(value) => setTyped({ ...typed, port: Number(value) })}
        />
      </Group>
      <Text c="dimmed" size="xs">
        {t('settings:webAccess.files')}
      </Text>
      <TagsInput
        label={t('settings:webAccess.origins')}
        description={t('settings:webAccess.originsText')}
        placeholder={typed.origins.length === 0 ? 'https://…' : ''}
        value={typed.origins}
        maxTags={20}
        maw={560}
        error={badOrigin === '' ? null : t('settings:webAccess.badOrigin', { value: badOrigin.slice(0, 80) })}
        onChange={changeOrigins}
      />
      <Group gap="sm">
        <Button
          size="sm"
          disabled={!isChanged || !isPort || given === 1 || parts.some(isTooLong)}
          loading={configure.isPending}
          onClick={() => configure.mutate('files')}
        >
          {t('settings:webAccess.save')}
        </Button>
        {state.certificateOf === 'own' && (
          <Button size="sm" variant="subtle" color="gray" onClick={() => configure.mutate('dicom-tls')}>
            {t('settings:webAccess.useTls')}
          </Button>
        )}
      </Group>
      <div aria-live="polite">
        {answer?.fault && <Text c="var(--waiting)">{t(`settings:tls.fault.${answer.fault}`)}</Text>}
        {answer?.problem && <Text c="var(--waiting)">{words(answer.problem)}</Text>}
        {configure.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
      </div>
    </Stack>
  )
}

export function WebAccessSetting() {
  const { t } = useTranslation()
  const { data: state, isError } = useQuery(trpc.webAccess.state.queryOptions({}))
  return (
    <Setting title={t('settings:webAccess.title')} text={t('settings:webAccess.text')} wide>
      {isError && <Text c="var(--waiting)">{t('settings:webAccess.unknown')}</Text>}
      {state && (
        <Stack gap="sm">
          <ListenerState state={state} />
          {state.certificate && (
            <dl className={classes.certificate}>
              <CertificateLines part="certificate" certificate={state.certificate} />
            </dl>
          )}
          <AccessForm key={`${state.isOn} ${state.port} ${state.origins.join()}`} state={state} />
        </Stack>
      )}
    </Setting>
  )
}
