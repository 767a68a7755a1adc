/** DICOM over TLS (PS3.15 §B.12): our key and certificate, whom we trust, and whether the listener is there. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DicomTlsState } from '../../main/contract/network.ts'
import { queryClient, stationClient, trpc } from '../services/client.ts'
import { AskFirst } from './ask-first.tsx'
import { CertificateLines } from './certificate-lines.tsx'
import { ListenerState } from './listener-state.tsx'
import classes from './network-group.module.css'
import { isPort, PortField } from './number-fields.tsx'
import { areFilesShort, chosenFiles, PemFileFields, type PemFiles } from './pem-files.tsx'
import { Setting } from './setting.tsx'

const parts = ['key', 'certificate', 'authorities'] as const
const noFiles: PemFiles = { key: null, certificate: null, authorities: null }

function TlsListenerState({ state }: { state: DicomTlsState }) {
  const { t } = useTranslation()
  const { listening, problem, source } = state
  if (listening) {
    return <ListenerState is="listening">{t('settings:tls.listening', { port: listening.port })}</ListenerState>
  }
  if (source === 'none') return <ListenerState is="off">{t('settings:tls.none')}</ListenerState>
  return (
    <ListenerState is="stopped">
      {t('settings:tls.stopped')} {problem && t(`problems:receiver.${problem}`)}
    </ListenerState>
  )
}

function TlsForm({ state }: { state: DicomTlsState }) {
  const { t } = useTranslation()
  const [files, setFiles] = useState(noFiles)
  const [port, setPort] = useState(state.port)
  const refresh = () => queryClient.invalidateQueries(trpc.network.tls.pathFilter())
  const configure = useMutation({
    mutationFn: async () => {
      const { key, certificate, authorities } = files
      const credentials =
        key && certificate && authorities
          ? { key: await key.text(), certificate: await certificate.text(), authorities: await authorities.text() }
          : null
      return stationClient.network.configureTls.mutate({ port, credentials })
    },
    onSuccess: ({ fault, problem }) => {
      if (fault === null && problem === null) setFiles(noFiles)
      return refresh()
    },
  })
  const remove = useMutation(trpc.network.removeTls.mutationOptions({ onSuccess: refresh }))
  const given = chosenFiles(files)
  const isKept = state.source === 'kept'
  const isChanged = given === 3 || (given === 0 && isKept && port !== state.port)
  const answer = configure.data
  return (
    <Stack gap="sm">
      <Group align="flex-start" gap="sm">
        <PemFileFields
          parts={parts}
          value={files}
          placeholder={t(isKept ? 'settings:tls.keptFile' : 'settings:tls.choose')}
          onChange={setFiles}
        />
        <PortField value={port} width={90} onChange={setPort} />
      </Group>
      <Text c="dimmed" size="xs">
        {t('settings:tls.files')}
      </Text>
      <Group gap="sm">
        <Button
          size="sm"
          disabled={!isChanged || !isPort(port) || !areFilesShort(files)}
          loading={configure.isPending}
          onClick={() => configure.mutate()}
        >
          {t('settings:tls.save')}
        </Button>
        {isKept && (
          <AskFirst
            label={t('settings:tls.remove')}
            question={t('settings:tls.removeQuestion')}
            confirm={t('settings:tls.removeConfirm')}
            isPending={remove.isPending}
            onConfirm={() => remove.mutate({})}
          />
        )}
      </Group>
      <div aria-live="polite">
        {answer?.fault && <Text c="var(--waiting)">{t(`settings:tls.fault.${answer.fault}`)}</Text>}
        {answer?.problem && <Text c="var(--waiting)">{t(`problems:receiver.${answer.problem}`)}</Text>}
        {(configure.isError || remove.isError) && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
      </div>
    </Stack>
  )
}

export function TlsSetting() {
  const { t } = useTranslation()
  const { data: state, isError } = useQuery(trpc.network.tls.queryOptions({}))
  return (
    <Setting title={t('settings:tls.title')} text={t('settings:tls.text')} wide>
      {isError && <Text c="var(--waiting)">{t('settings:tls.unknown')}</Text>}
      {state && (
        <Stack gap="sm">
          <TlsListenerState state={state} />
          {state.certificate && (
            <dl className={classes.certificate}>
              <CertificateLines part="certificate" certificate={state.certificate} />
              {state.authorities.map((authority) => (
                <CertificateLines
                  key={`${authority.subject} ${authority.validTo}`}
                  part="authority"
                  certificate={authority}
                />
              ))}
            </dl>
          )}
          {state.source === 'launch' ? (
            <Text c="dimmed">{t('settings:tls.launch')}</Text>
          ) : (
            <TlsForm key={`${state.source} ${state.port}`} state={state} />
          )}
        </Stack>
      )}
    </Setting>
  )
}
