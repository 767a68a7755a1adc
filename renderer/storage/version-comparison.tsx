/** Two versions of one object side by side: where each came from, its picture, and what differs; one of them can be chosen. */
import { Button, Group, Modal, NativeSelect, Stack, Table, Text, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StoredVersion, VersionComparison, VersionedInstance } from '../../main/contract/versions.ts'
import { transferSyntaxes } from '../../main/dicom/index.ts'
import { queryClient, trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { notify } from '../ui/notify.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'
import classes from './storage-screen.module.css'
import { StudyAsked } from './study-asked.tsx'

/** How a version is called: by its place in the order of arrival. */
const useVersionName = ({ versions }: VersionedInstance) => {
  const { t } = useTranslation()
  return (version: StoredVersion) => t('storage:versions.name', { number: versions.indexOf(version) + 1 })
}

/** Series and image, as far as they have numbers. */
const usePlaceOf = ({ SeriesNumber, SeriesDescription, InstanceNumber }: VersionedInstance): string => {
  const { t } = useTranslation()
  const series = `${SeriesNumber ?? ''} ${SeriesDescription}`.trim()
  return [
    ...(series === '' ? [] : [`${t('storage:versions.column.series')} ${series}`]),
    ...(InstanceNumber === null ? [] : [`${t('storage:versions.column.image')} ${InstanceNumber}`]),
  ].join(' · ')
}

function useChoice(onDone: () => void) {
  const { t } = useTranslation()
  return useMutation(
    trpc.versions.choose.mutationOptions({
      onSuccess: ({ outcome }) => {
        notify(t(`storage:versions.outcome.${outcome}`), outcome === 'chosen' ? 'done' : 'attention')
        void queryClient.invalidateQueries(trpc.versions.list.pathFilter())
        onDone()
      },
      onError: () => notify(t('storage:versions.failed'), 'attention'),
    }),
  )
}

function ChoiceDialog({
  object,
  version,
  onClose,
}: {
  object: VersionedInstance
  version: StoredVersion | null
  onClose(): void
}) {
  const { t } = useTranslation()
  const nameOf = useVersionName(object)
  const choice = useChoice(onClose)
  const place = usePlaceOf(object)
  const shown = object.versions.find(({ isShown, isElsewhere }) => isShown && !isElsewhere)
  return (
    <Modal
      opened={version !== null}
      onClose={onClose}
      title={version ? t('storage:versions.choose.title', { name: nameOf(version) }) : ''}
      closeButtonProps={{ 'aria-label': t('common:close') }}
      size={560}
      centered
    >
      <Stack gap="md">
        <StudyAsked study={object} modality={object.Modality} more={place} />
        <Text>{t('storage:versions.choose.text')}</Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common:cancel')}
          </Button>
          <Button
            loading={choice.isPending}
            onClick={() => {
              if (version && shown) choice.mutate({ instanceKey: version.instanceKey, insteadOf: shown.instanceKey })
            }}
          >
            {t('storage:versions.choose.confirm')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function VersionCard({
  object,
  version,
  onChoose,
}: {
  object: VersionedInstance
  version: StoredVersion
  onChoose(version: StoredVersion): void
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const name = useVersionName(object)(version)
  const { StudyInstanceUID, SeriesInstanceUID, revision, hasPixels, isElsewhere, isShown } = version
  const uids = { StudyInstanceUID, SeriesInstanceUID }
  const series = { ...uids, revision, Modality: object.Modality, numberOfFrames: hasPixels ? 1 : 0 }
  const facts: [string, string][] = [
    [t('storage:versions.received'), format.instant(version.receivedAt)],
    [
      t('storage:versions.sender'),
      [version.sender, version.senderAddress].filter(Boolean).join(', ') || t('storage:versions.noSender'),
    ],
    [t('storage:versions.origin'), t(`storage:versions.origins.${version.origin}`)],
    [
      t('storage:versions.encoding'),
      transferSyntaxes.get(version.TransferSyntaxUID)?.name ?? version.TransferSyntaxUID,
    ],
    [t('storage:versions.size'), format.bytes(version.length)],
  ]
  return (
    <section className={classes.version} aria-label={name}>
      <Group gap="sm">
        <Title order={3} size="h5">
          {name}
        </Title>
        {isShown && !isElsewhere && <Text c="var(--done)">{t('storage:versions.isShown')}</Text>}
        {isElsewhere && <Text c="var(--waiting)">{t('storage:versions.isElsewhere')}</Text>}
        {version.isDamaged && <Text c="var(--danger)">{t('storage:versions.isDamaged')}</Text>}
      </Group>
      <div className={classes.picture}>
        <Thumbnail series={series} image={{ instanceKey: version.instanceKey, frame: 0 }} />
      </div>
      <dl className={classes.facts}>
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              <SafeText text={value} max={80} />
            </dd>
          </div>
        ))}
      </dl>
      {!isShown && !isElsewhere && (
        <Button variant="default" onClick={() => onChoose(version)}>
          {t('storage:versions.choose.open', { name })}
        </Button>
      )}
    </section>
  )
}

/** `00081115/0/0020000E` as people read it: `(0008,1115) › 1 › (0020,000E)`. */
const pathText = (path: string): string =>
  path
    .split('/')
    .map((part) => (part.length === 8 ? `(${part.slice(0, 4)},${part.slice(4)})` : String(Number(part) + 1)))
    .join(' › ')

function Differences({ comparison, names }: { comparison: VersionComparison; names: readonly [string, string] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { differences, more, pixels } = comparison
  return (
    <>
      <Text fw={600} role="status" c={pixels === 'different' ? 'var(--waiting)' : 'var(--text)'}>
        {t(`storage:versions.pixels.${pixels}`)}
      </Text>
      {differences.length === 0 ? (
        <Text>{t('storage:versions.noDifference')}</Text>
      ) : (
        <Table className={classes.table} aria-label={t('storage:versions.differences')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('storage:versions.attribute')}</Table.Th>
              <Table.Th>{names[0]}</Table.Th>
              <Table.Th>{names[1]}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.map(({ path, keyword, values }) => (
              <Table.Tr key={path}>
                <Table.Td>
                  {keyword} <span className={classes.stays}>{pathText(path)}</span>
                </Table.Td>
                {values.map((value, index) => (
                  <Table.Td key={names[index]} className={classes.value}>
                    {value === null ? (
                      <span className={classes.stays}>{t('storage:versions.absent')}</span>
                    ) : (
                      <SafeText text={value} max={201} />
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {more > 0 && <Text>{t('storage:versions.more', { count: more, number: format.number(more) })}</Text>}
    </>
  )
}

/** Compares the version that is shown with another one. */
export function VersionComparisonPanel({ object }: { object: VersionedInstance }) {
  const { t } = useTranslation()
  const nameOf = useVersionName(object)
  const [otherKey, setOtherKey] = useState<number | null>(null)
  const [chosen, setChosen] = useState<StoredVersion | null>(null)
  const shown = object.versions.find(({ isShown, isElsewhere }) => isShown && !isElsewhere)
  const others = object.versions.filter((version) => version !== shown)
  const other = others.find(({ instanceKey }) => instanceKey === otherKey) ?? others[0]
  const keys: [number, number] = [shown?.instanceKey ?? 0, other?.instanceKey ?? 0]
  const answer = useQuery({
    ...trpc.versions.compare.queryOptions({ instanceKeys: keys }),
    enabled: shown !== undefined && other !== undefined,
  })
  if (!shown || !other) return null
  return (
    <section className={classes.comparison} aria-label={t('storage:versions.comparison')}>
      {others.length > 1 && (
        <NativeSelect
          maw={240}
          label={t('storage:versions.compareWith')}
          value={String(other.instanceKey)}
          onChange={(event) => setOtherKey(Number(event.currentTarget.value))}
          data={others.map((version) => ({ value: String(version.instanceKey), label: nameOf(version) }))}
        />
      )}
      <div className={classes.pair}>
        {[shown, other].map((version) => (
          <VersionCard key={version.instanceKey} object={object} version={version} onChoose={setChosen} />
        ))}
      </div>
      {answer.isPending && <Text>{t('storage:versions.comparing')}</Text>}
      {answer.isError && <Text c="var(--waiting)">{t('storage:versions.unreadable')}</Text>}
      {answer.data && <Differences comparison={answer.data} names={[nameOf(shown), nameOf(other)]} />}
      <ChoiceDialog object={object} version={chosen} onClose={() => setChosen(null)} />
    </section>
  )
}
