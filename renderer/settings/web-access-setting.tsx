/** DICOMweb for other machines: whether it listens, on which port, with which certificate, and for the pages of which origins. */
import { Button, Group, Stack, Switch, TagsInput, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WebAccessState } from '../../main/contract/web-access.ts'
import { queryClient, stationClient, trpc } from '../services/client.ts'
import { useOwnAddresses } from '../services/own-addresses.ts'
import { AskFirst } from './ask-first.tsx'
import { CertificateLines } from './certificate-lines.tsx'
import { ListenerState } from './listener-state.tsx'
import classes from './network-group.module.css'
import { isPort, PortField } from './number-fields.tsx'
import { areFilesShort, chosenFiles, PemFileFields, type PemFiles } from './pem-files.tsx'
import { Setting } from './setting.tsx'
import { isOrigin } from './web-access-rules.ts'

const parts = ['key', 'certificate'] as const
const noFiles: PemFiles = { key: null, certificate: null }

type Problem = NonNullable<WebAccessState['problem']>

function useProblemWords(): (problem: Problem) => string {
  const { t } = useTranslation()
  return (problem) =>
    t(problem === 'no-certificate' ? 'settings:webAccess.noCertificate' : `problems:receiver.${problem}`)
}

function WebListenerState({ state }: { state: WebAccessState }) {
  const { t } = useTranslation()
  const words = useProblemWords()
  const { isOn, listening, problem } = state
  const addresses = useOwnAddresses(listening?.address ?? '')
  if (listening) {
    const hosts = addresses.length > 0 ? addresses : [t('settings:webAccess.anyAddress')]
    const URLs = hosts.map((host) => `https://${host.includes(':') ? `[${host}]` : host}:${listening.port}/dicom-web`)
    return <ListenerState is="listening">{t('settings:webAccess.listening', { at: URLs.join(', ') })}</ListenerState>
  }
  if (!isOn) return <ListenerState is="off">{t('settings:webAccess.off')}</ListenerState>
  return (
    <ListenerState is="stopped">
      {t('settings:webAccess.stopped')} {problem && words(problem)}
    </ListenerState>
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
  const given = chosenFiles(files)
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
        <PemFileFields
          parts={parts}
          value={files}
          placeholder={t(placeholder[state.certificateOf])}
          onChange={setFiles}
        />
        <PortField value={typed.port} width={90} onChange={(port) => setTyped({ ...typed, port })} />
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
          disabled={!isChanged || !isPort(typed.port) || given === 1 || !areFilesShort(files)}
          loading={configure.isPending}
          onClick={() => configure.mutate('files')}
        >
          {t('settings:webAccess.save')}
        </Button>
        {state.certificateOf === 'own' && (
          <AskFirst
            label={t('settings:webAccess.useTls')}
            question={t('settings:webAccess.useTlsQuestion')}
            confirm={t('settings:webAccess.useTlsConfirm')}
            isPending={configure.isPending}
            onConfirm={() => configure.mutate('dicom-tls')}
          />
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
          <WebListenerState state={state} />
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
