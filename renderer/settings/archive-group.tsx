/** The territory's archive: where it is and how it is reached, tried before it counts. */
import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { IconCircleCheck, IconPlugConnected } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ArchiveConfiguration } from '../../main/contract/archive.ts'
import { FaultLine } from '../archive/fault-line.tsx'
import { queryClient, trpc } from '../services/client.ts'
import { takeLostFocus } from '../ui/take-lost-focus.ts'
import { ArchivePeerFields } from './archive-peer-fields.tsx'
import { ArchiveServicesList } from './archive-services.tsx'
import { carriedOver, configurationOf, isComplete, type TypedArchive, typedFrom } from './archive-values.ts'
import { ArchiveWebFields } from './archive-web-fields.tsx'
import { Setting } from './setting.tsx'

function Fields(props: {
  value: TypedArchive
  kept: ArchiveConfiguration | null
  onChange(value: TypedArchive): void
}) {
  const reachedByLabel = useId()
  const { t } = useTranslation()
  const { value, kept, onChange } = props
  return (
    <>
      <TextInput
        label={t('settings:archive.name')}
        value={value.name}
        maxLength={64}
        w={220}
        onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
      />
      <div>
        <Text fw={600} mb={2} id={reachedByLabel}>
          {t('settings:archive.reachedBy')}
        </Text>
        <SegmentedControl
          aria-labelledby={reachedByLabel}
          value={value.reachedBy}
          data={(['dicomWeb', 'dimse'] as const).map((way) => ({ value: way, label: t(`settings:archive.by.${way}`) }))}
          onChange={(reachedBy) => onChange({ ...value, reachedBy: reachedBy as TypedArchive['reachedBy'] })}
        />
      </div>
      {value.reachedBy === 'dimse' ? (
        <ArchivePeerFields value={value} onChange={onChange} />
      ) : (
        <ArchiveWebFields value={value} kept={kept} onChange={onChange} />
      )}
    </>
  )
}

/** What is typed: what is kept, also when another one is kept, but for what a person changed meanwhile; and what is to be kept next. */
function useTyped(kept: ArchiveConfiguration | null) {
  const [value, setValue] = useState(typedFrom(kept))
  const [shown, setShown] = useState(kept)
  const [saved, setSaved] = useState<TypedArchive | null>(null)
  if (JSON.stringify(shown) !== JSON.stringify(kept)) {
    setShown(kept)
    setSaved(null)
    setValue(carriedOver(value, [typedFrom(shown), ...(saved ? [saved] : [])], typedFrom(kept)))
  }
  return { value, setValue, setSaved }
}

function ArchiveForm({ kept }: { kept: ArchiveConfiguration | null }) {
  const { t } = useTranslation()
  const { value, setValue, setSaved } = useTyped(kept)
  const [tested, setTested] = useState<string | null>(null)
  const test = useMutation(trpc.archive.test.mutationOptions())
  const configure = useMutation(
    trpc.archive.configure.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.archive.pathFilter()),
    }),
  )
  const testButton = useRef<HTMLButtonElement>(null)
  const isBusy = configure.isPending || test.isPending
  const wasBusy = useRef(false)
  // A button that is disabled while it works lets go of the focus.
  useEffect(() => {
    if (wasBusy.current && !isBusy) takeLostFocus(testButton.current)
    wasBusy.current = isBusy
  }, [isBusy])
  const changed = JSON.stringify(value) !== JSON.stringify(typedFrom(kept))
  const complete = isComplete(value, kept)
  const answer = tested === JSON.stringify(value) ? test.data : undefined
  // An archive that answered tells what it lacks itself.
  const services = answer?.services
  return (
    <Stack gap="sm">
      <Fields value={value} kept={kept} onChange={setValue} />
      <Group gap="sm">
        <Button
          size="sm"
          disabled={!changed || !complete}
          loading={configure.isPending}
          onClick={() => {
            setSaved(value)
            configure.mutate({ configuration: configurationOf(value) })
          }}
        >
          {t('settings:archive.save')}
        </Button>
        <Button
          ref={testButton}
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
            onClick={() => {
              setSaved(value)
              configure.mutate({ configuration: null })
            }}
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
        {answer?.fault && !services && <FaultLine fault={answer.fault} detail={answer.detail} />}
        {answer && (answer.fault === null || services) && (
          <Text c="var(--done)" fw={600}>
            <IconCircleCheck size={16} stroke={1.8} aria-hidden="true" style={{ verticalAlign: '-3px' }} />{' '}
            {t(value.reachedBy === 'dimse' ? 'settings:archive.worksByDimse' : 'settings:archive.works')}
          </Text>
        )}
        {services && <ArchiveServicesList services={services} isProofWanted={value.asksCommitment} />}
      </div>
    </Stack>
  )
}

export function ArchiveSetting() {
  const { t } = useTranslation()
  const answer = useQuery(trpc.archive.configuration.queryOptions({}))
  return (
    <Setting title={t('settings:archive.title')} text={t('settings:archive.text')} wide>
      {answer.data !== undefined && <ArchiveForm kept={answer.data} />}
      {answer.isError && <Text c="var(--waiting)">{t('settings:archive.unknown')}</Text>}
    </Setting>
  )
}
