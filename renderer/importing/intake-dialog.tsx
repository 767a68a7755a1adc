/** Choosing what to import from this computer, and seeing what is in it before anything is taken. */
import { Button, Group, Loader, Modal, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Intake } from '../../main/contract/importer.ts'
import { FolderChooser } from '../files/folder-chooser.tsx'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { IntakePreview } from './intake-preview.tsx'
import { cancelIntake, dismissIntake, hideIntake, lookAt, takeIntake, useIntakeDialog } from './intakes.ts'

const nothing: ReadonlySet<string> = new Set()

function Choosing() {
  const { t } = useTranslation()
  const [path, setPath] = useState('')
  const [chosen, setChosen] = useState(nothing)
  const here = useQuery(trpc.importer.listFolder.queryOptions({ path }))
  const folder = here.data?.path
  const paths = chosen.size > 0 ? [...chosen] : folder === undefined ? [] : [folder]
  return (
    <>
      <Text mb="sm">{t('import:choose.text')}</Text>
      <FolderChooser
        path={path}
        onPath={(next) => {
          setPath(next)
          setChosen(nothing)
        }}
        chosen={chosen}
        onChoose={setChosen}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={hideIntake}>
          {t('common:cancel')}
        </Button>
        <Button disabled={paths.length === 0} onClick={() => void lookAt(paths)}>
          {chosen.size > 0 ? t('import:choose.lookChosen', { count: chosen.size }) : t('import:choose.lookFolder')}
        </Button>
      </Group>
    </>
  )
}

/** Studies that are taken, and their objects; null for all of it. */
const chosenOf = (intake: Intake, leftOut: ReadonlySet<string>) => {
  if (leftOut.size === 0) return { uids: null, objects: intake.objects }
  const studies = intake.patients.flatMap((patient) => patient.studies)
  const taken = studies.filter(({ StudyInstanceUID }) => !leftOut.has(StudyInstanceUID))
  return {
    uids: [...new Set(taken.map(({ StudyInstanceUID }) => StudyInstanceUID))],
    objects: taken.reduce((sum, { instances }) => sum + instances, 0),
  }
}

function Looking({ intakeId }: { intakeId: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [leftOut, setLeftOut] = useState(nothing)
  const { data: intake } = useQuery(trpc.importer.intake.queryOptions({ intakeId }))
  const isGone = intake === null
  const state = intake?.state
  useEffect(() => {
    // Once it is taken, the panel tells how far it is.
    if (isGone || (state !== undefined && state !== 'looking' && state !== 'ready')) hideIntake()
  }, [isGone, state])
  const take = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // Somebody who leaves out studies while the rest is looked at goes on doing so.
    if (state === 'ready' && !(document.activeElement instanceof HTMLInputElement)) take.current?.focus()
  }, [state])
  if (!intake) return <Loader size="sm" />
  const { uids, objects } = chosenOf(intake, leftOut)
  const leave = () => {
    void cancelIntake(intakeId).then(() => dismissIntake(intakeId))
    hideIntake()
  }
  return (
    <>
      <IntakePreview
        intake={intake}
        leftOut={leftOut}
        onLeaveOut={(uid, isLeftOut) => {
          const next = new Set(leftOut)
          if (isLeftOut) next.add(uid)
          else next.delete(uid)
          setLeftOut(next)
        }}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={leave}>
          {t('common:cancel')}
        </Button>
        <Button
          ref={take}
          loading={intake.state === 'looking'}
          disabled={objects === 0}
          onClick={() => void takeIntake(intakeId, uids ?? undefined)}
        >
          {t('import:preview.import', { count: objects, number: format.number(objects) })}
        </Button>
      </Group>
    </>
  )
}

export function IntakeDialog() {
  const { t } = useTranslation()
  const { shown } = useIntakeDialog()
  const title = shown === 'choosing' ? t('import:choose.title') : t('import:preview.title')
  return (
    <Modal
      opened={shown !== null}
      onClose={hideIntake}
      title={title}
      size={900}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      {shown === 'choosing' ? <Choosing /> : shown && <Looking key={shown.intakeId} intakeId={shown.intakeId} />}
    </Modal>
  )
}
