/** DICOM over TLS (PS3.15 §B.12): our key and certificate, whom we trust, and whether the listener is there. */
import { Button, FileInput, Group, NumberInput, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconLockOff } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DicomTlsState } from '../../main/contract/network.ts'
import { queryClient, stationClient, trpc } from '../services/client.ts'
import { CertificateLines } from './certificate-lines.tsx'
import classes from './network-group.module.css'
import { Setting } from './setting.tsx'

const parts = ['key', 'certificate', 'authorities'] as const
type Files = Record<(typeof parts)[number], File | null>
const noFiles: Files = { key: null, certificate: null, authorities: null }
/** Bytes of a PEM file; authorities of a whole country stay below. */
const MAX_FILE_LENGTH = 100_000

function ListenerState({ state }: { state: DicomTlsState }) {
  const { t } = useTranslation()
  const { listening, problem } = state
  const icon = { size: 16, stroke: 1.8, 'aria-hidden': true, style: { verticalAlign: '-3px' } } as const
  if (listening) {
    return (
      <Text c="var(--done)" fw={600}>
        <IconCircleCheck {...icon} /> {t('settings:tls.listening', { port: listening.port })}
      </Text>
    )
  }
  if (state.source === 'none') {
    return (
      <Text c="dimmed">
        <IconLockOff {...icon} /> {t('settings:tls.none')}
      </Text>
    )
  }
  return (
    <Text c="var(--waiting)">
      <IconAlertTriangle {...icon} /> {t('settings:tls.stopped')} {problem && t(`problems:receiver.${problem}`)}
    </Text>
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
  const given = parts.filter((part) => files[part] !== null).length
  const isTooLong = (part: (typeof parts)[number]) => (files[part]?.size ?? 0) > MAX_FILE_LENGTH
  const isKept = state.source === 'kept'
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535
  const isChanged = given === 3 || (given === 0 && isKept && port !== state.port)
  const answer = configure.data
  return (
    <Stack gap="sm">
      <Group align="flex-start" gap="sm">
        {parts.map((part) => (
          <FileInput
            key={part}
            label={t(`settings:tls.${part}`)}
            placeholder={t(isKept ? 'settings:tls.keptFile' : 'settings:tls.choose')}
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
          value={port}
          min={1}
          max={65_535}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="strict"
          hideControls
          w={90}
          onChange={(value) => setPort(Number(value))}
        />
      </Group>
      <Text c="dimmed" size="xs">
        {t('settings:tls.files')}
      </Text>
      <Group gap="sm">
        <Button
          size="sm"
          disabled={!isChanged || !isPort || parts.some(isTooLong)}
          loading={configure.isPending}
          onClick={() => configure.mutate()}
        >
          {t('settings:tls.save')}
        </Button>
        {isKept && (
          <Button size="sm" variant="subtle" color="gray" loading={remove.isPending} onClick={() => remove.mutate({})}>
            {t('settings:tls.remove')}
          </Button>
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
          <ListenerState state={state} />
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
