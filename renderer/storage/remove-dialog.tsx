/** Asks before a study is removed: what is kept elsewhere, or that it may be lost. */
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type KeepReason, type RemovalOutcome, removableReasons, type StudyRoom } from '../../main/contract/space.ts'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { imagingModalities } from '../ui/modalities.ts'
import { notify } from '../ui/notify.ts'
import { StudyAsked } from './study-asked.tsx'

const isRemovable = (reason: KeepReason): boolean => removableReasons.includes(reason)

/** `onDoubt`: the archive was asked once more, and what it said can be set aside by whoever removes the study. */
function useRemoval(onClose: () => void, onDoubt: (reasons: KeepReason[]) => void) {
  const { t } = useTranslation()
  const format = useFormat()
  const tell = (outcome: RemovalOutcome): string => {
    if (outcome.kind === 'removed') return t('storage:remove.done', { bytes: format.bytes(outcome.bytes) })
    if (outcome.kind === 'gone') return t('storage:remove.gone')
    const reasons = outcome.reasons.map((reason) => t(`storage:reason.${reason}`)).join(', ')
    return t('storage:remove.kept', { reasons })
  }
  return useMutation(
    trpc.space.remove.mutationOptions({
      onSuccess: (outcome) => {
        if (outcome.kind === 'kept' && outcome.reasons.every(isRemovable)) return onDoubt(outcome.reasons)
        notify(tell(outcome), outcome.kind === 'removed' ? 'done' : 'attention')
        onClose()
      },
      onError: () => notify(t('storage:remove.failed'), 'attention'),
    }),
  )
}

function Question({ study, onClose }: { study: StudyRoom; onClose(): void }) {
  const { t } = useTranslation()
  const [isSure, setIsSure] = useState(false)
  const [doubts, setDoubts] = useState<readonly KeepReason[]>([])
  const removal = useRemoval(onClose, setDoubts)
  const reasons = [...study.reasons, ...doubts]
  const barred = reasons.filter((reason) => !isRemovable(reason))
  const evenIfLost = reasons.length > 0
  const isUnconfirmed = reasons.every((reason) => reason === 'not-confirmed')
  return (
    <Stack gap="md">
      <StudyAsked study={study} modality={imagingModalities(study.ModalitiesInStudy).join(' ')} />
      {barred.length > 0 ? (
        <Text c="var(--waiting)">
          {t('storage:remove.kept', { reasons: barred.map((reason) => t(`storage:reason.${reason}`)).join(', ') })}
        </Text>
      ) : evenIfLost ? (
        <>
          <Text c="var(--danger)">{t(isUnconfirmed ? 'storage:remove.unconfirmed' : 'storage:remove.lost')}</Text>
          <Checkbox
            label={t('storage:remove.sure')}
            checked={isSure}
            onChange={(event) => setIsSure(event.currentTarget.checked)}
          />
        </>
      ) : (
        <Text>{t('storage:remove.archived')}</Text>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t(barred.length === 0 ? 'common:cancel' : 'common:close')}
        </Button>
        {barred.length === 0 && (
          <Button
            color={evenIfLost ? 'red' : 'teal'}
            disabled={evenIfLost && !isSure}
            loading={removal.isPending}
            onClick={() => removal.mutate({ StudyInstanceUID: study.StudyInstanceUID, evenIfLost })}
          >
            {t(evenIfLost ? 'storage:remove.confirmLost' : 'storage:remove.confirm')}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

export function RemoveDialog({ study, onClose }: { study: StudyRoom | null; onClose(): void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={study !== null}
      onClose={onClose}
      title={t('storage:remove.title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
      size={560}
      centered
    >
      {study && <Question key={study.StudyInstanceUID} study={study} onClose={onClose} />}
    </Modal>
  )
}
