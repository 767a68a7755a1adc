/** Backups: the last one, one that runs, and where the next goes; what it takes to open one. */
import { Button, Group, Modal, Progress, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupState } from '../../main/contract/backup.ts'
import { displayText } from '../../main/dicom/index.ts'
import { FolderChooser } from '../files/folder-chooser.tsx'
import { queryClient, stationClient, trpc } from '../services/client.ts'
import { useWorkspace } from '../services/workspace.ts'
import { useFormat } from '../ui/format.ts'
import { useTransferWords } from '../ui/transfer-line.ts'
import classes from './storage-screen.module.css'

/** ms between two looks at how far it is. */
const REFRESH = 1_000
/** ms after which the last backup is old. */
const OLD = 30 * 24 * 3_600_000

function Last({ state }: { state: BackupState }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { last } = state
  const isOld = last === null || Date.now() - Date.parse(last.at) > OLD
  return (
    <div>
      <Text fw={600} c={isOld ? 'var(--waiting)' : 'var(--done)'} role="status">
        {last ? t('storage:backup.last', { at: format.instant(last.at) }) : t('storage:backup.never')}
      </Text>
      {last && (
        <Text data-selectable>
          <bdi>{displayText(last.folder, 300)}</bdi> · {format.bytes(last.bytes)}
          {last.sharedBytes > 0 && ` · ${t('storage:backup.shared', { bytes: format.bytes(last.sharedBytes) })}`}
        </Text>
      )}
      {isOld && <Text c="var(--waiting)">{t('storage:backup.reminder')}</Text>}
    </div>
  )
}

function Running({ running }: { running: NonNullable<BackupState['running']> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const cancel = useMutation(trpc.backup.cancel.mutationOptions({}))
  const pace = useTransferWords()
  const { bytes, total, rate, to } = running
  return (
    <section aria-label={t('storage:backup.running')}>
      <Text fw={600}>{t('storage:backup.running')}</Text>
      <Text data-selectable>
        <bdi>{displayText(to, 300)}</bdi>
      </Text>
      <Progress
        value={total === 0 ? 0 : (100 * bytes) / total}
        size="sm"
        my={6}
        maw={480}
        aria-label={t('storage:backup.running')}
      />
      <Group>
        <Text>
          {t('storage:backup.progress', { bytes: format.bytes(bytes), total: format.bytes(total) })}
          {pace({ finished: bytes, total, bytes, rate })}
        </Text>
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({})}>
          {t('common:cancel')}
        </Button>
      </Group>
    </section>
  )
}

/** Without a recovery key that somebody wrote down, a backup opens nowhere else. */
function KeyNotice() {
  const { t } = useTranslation()
  const go = useWorkspace((state) => state.go)
  const { data } = useQuery(trpc.security.state.queryOptions({}))
  if (!data) return null
  const isConfirmed = data.recoveryKeyConfirmedAt !== null
  return (
    <div>
      <Text>{t(`storage:backup.key.${data.keyStore}`)}</Text>
      {!isConfirmed && (
        <>
          <Text c="var(--waiting)" role="alert">
            {t('storage:backup.key.notConfirmed')}
          </Text>
          <Button mt="xs" variant="default" onClick={() => go({ name: 'settings', group: 'security' })}>
            {t('storage:backup.key.create')}
          </Button>
        </>
      )}
    </div>
  )
}

function Choosing({ onClose, onChosen }: { onClose(): void; onChosen(folder: string): void }) {
  const { t } = useTranslation()
  const [path, setPath] = useState('')
  const here = useQuery(trpc.importer.listFolder.queryOptions({ path })).data?.path
  return (
    <>
      <Text mb="sm">{t('storage:backup.chooseText')}</Text>
      <FolderChooser path={path} onPath={setPath} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {t('common:cancel')}
        </Button>
        <Button disabled={here === undefined} onClick={() => here !== undefined && onChosen(here)}>
          {t('storage:backup.here')}
        </Button>
      </Group>
    </>
  )
}

export function BackupSection() {
  const { t } = useTranslation()
  const [isChoosing, setChoosing] = useState(false)
  const answer = useQuery({ ...trpc.backup.state.queryOptions({}), refetchInterval: REFRESH })
  const start = async (to: string) => {
    setChoosing(false)
    await stationClient.backup.start.mutate({ to })
    await queryClient.invalidateQueries(trpc.backup.state.pathFilter())
  }
  const { data: state } = answer
  return (
    <div className={classes.section}>
      <Text c="dimmed">{t('storage:backup.rule')}</Text>
      {answer.isError && <Text c="var(--waiting)">{t('storage:failed')}</Text>}
      {state && <Last state={state} />}
      {state?.running && <Running running={state.running} />}
      {state?.fault && (
        <div role="alert">
          <Text c="var(--danger)">{t(`storage:backup.fault.${state.fault}`)}</Text>
          {state.failedTo && (
            <Text c="dimmed" data-selectable>
              <bdi>{displayText(state.failedTo, 300)}</bdi>
            </Text>
          )}
        </div>
      )}
      {state && !state.running && (
        <Button w="fit-content" onClick={() => setChoosing(true)}>
          {t('storage:backup.start')}
        </Button>
      )}
      <KeyNotice />
      <Modal
        opened={isChoosing}
        onClose={() => setChoosing(false)}
        title={t('storage:backup.choose')}
        size={900}
        closeButtonProps={{ 'aria-label': t('common:close') }}
      >
        <Choosing onClose={() => setChoosing(false)} onChosen={(folder) => void start(folder)} />
      </Modal>
    </div>
  )
}
