/** Exporting a study, and others of its patient, to a folder or an archive: what, where to, and whether without who it is of. */
import { Button, Checkbox, Group, Loader, Modal, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExportRequest } from '../../main/contract/exporter.ts'
import type { StudyRow } from '../../main/contract/studies.ts'
import { displayText } from '../../main/dicom/index.ts'
import { FolderChooser } from '../files/folder-chooser.tsx'
import { trpc } from '../services/client.ts'
import { toDA, useFormat } from '../ui/format.ts'
import { PatientBanner } from '../ui/patient-banner.tsx'
import { basicProfile, DeidentificationForm, isPseudonym } from './deidentification-form.tsx'
import classes from './export-dialog.module.css'
import { hideExportDialog, startExport, useExportDialog } from './exports.ts'

/** What a folder or archive may be called; nothing in it tells of the patient unless a person types it. */
const isName = (name: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u.test(name)

interface StudiesProps {
  studies: readonly StudyRow[]
  chosen: ReadonlySet<string>
  onChoose(chosen: ReadonlySet<string>): void
}

function Studies({ studies, chosen, onChoose }: StudiesProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <fieldset className={classes.studies}>
      <legend>{t('export:studies')}</legend>
      {studies.map((study) => (
        <Checkbox
          key={study.StudyInstanceUID}
          size="xs"
          checked={chosen.has(study.StudyInstanceUID)}
          label={`${format.date(study.StudyDate)} ${study.ModalitiesInStudy.join(' ')} ${displayText(study.StudyDescription, 80)} (${format.bytes(study.bytes)})`}
          onChange={(event) => {
            const next = new Set(chosen)
            if (event.currentTarget.checked) next.add(study.StudyInstanceUID)
            else next.delete(study.StudyInstanceUID)
            onChoose(next)
          }}
        />
      ))}
    </fieldset>
  )
}

function ExportForm({ study, priors }: { study: StudyRow; priors: readonly StudyRow[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set([study.StudyInstanceUID]))
  const [path, setPath] = useState('')
  const [name, setName] = useState(() => `EXPORT_${toDA(new Date())}`)
  const [form, setForm] = useState<ExportRequest['form']>('folder')
  const [isDeidentified, setDeidentified] = useState(false)
  const [profile, setProfile] = useState(basicProfile)
  const [failed, setFailed] = useState(false)
  const StudyInstanceUIDs = [...chosen]
  const plan = useQuery({
    ...trpc.exporter.plan.queryOptions({ StudyInstanceUIDs }),
    enabled: chosen.size > 0,
    // What was found the last time is no longer true of a study that grew: nobody is to be told of fewer names in pixels than there are.
    gcTime: 0,
  })
  const folder = useQuery(trpc.importer.listFolder.queryOptions({ path })).data?.path
  // Whoever wants no identity to go out is told first of the pixels that may show it.
  const isTold = !isDeidentified || plan.data !== undefined
  const isComplete =
    isTold &&
    chosen.size > 0 &&
    folder !== undefined &&
    isName(name) &&
    (!isDeidentified || isPseudonym(profile.pseudonym))
  const start = () => {
    if (folder === undefined) return
    const deidentification = isDeidentified ? profile : null
    startExport({ StudyInstanceUIDs, folder, name, form, deidentification }).catch(() => setFailed(true))
  }
  return (
    <Stack gap="sm">
      <PatientBanner patient={study} compact />
      <Studies studies={[study, ...priors]} chosen={chosen} onChoose={setChosen} />
      <div className={classes.columns}>
        <Stack gap="sm">
          <FolderChooser path={path} onPath={setPath} />
          <Group gap="sm" align="flex-end">
            <TextInput
              label={t('export:name')}
              value={name}
              maxLength={64}
              flex={1}
              error={isName(name) ? null : t('export:badName')}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <SegmentedControl
              aria-label={t('export:form.label')}
              value={form}
              data={(['folder', 'zip'] as const).map((value) => ({ value, label: t(`export:form.${value}`) }))}
              onChange={(value) => setForm(value as ExportRequest['form'])}
            />
          </Group>
        </Stack>
        <Stack gap="sm">
          <Switch
            label={t('export:deidentify.title')}
            description={t('export:deidentify.text')}
            checked={isDeidentified}
            onChange={(event) => setDeidentified(event.currentTarget.checked)}
          />
          {isDeidentified && <DeidentificationForm value={profile} onChange={setProfile} plan={plan.data ?? null} />}
        </Stack>
      </div>
      {!isTold && plan.isError && <Text c="var(--waiting)">{t('export:notLooked')}</Text>}
      {failed && <Text c="var(--waiting)">{t('export:failed')}</Text>}
      <Group justify="space-between">
        <Text c="dimmed" aria-live="polite">
          {plan.data &&
            chosen.size > 0 &&
            t('export:plan', {
              count: plan.data.objects,
              number: format.number(plan.data.objects),
              size: format.bytes(plan.data.bytes),
            })}
        </Text>
        <Group>
          <Button variant="default" onClick={hideExportDialog}>
            {t('common:cancel')}
          </Button>
          <Button disabled={!isComplete} loading={!isTold && plan.isLoading} onClick={start}>
            {isDeidentified ? t('export:startDeidentified') : t('export:start')}
          </Button>
        </Group>
      </Group>
    </Stack>
  )
}

export function ExportDialog() {
  const { t } = useTranslation()
  const { StudyInstanceUID } = useExportDialog()
  const { data } = useQuery({
    ...trpc.studies.get.queryOptions({ StudyInstanceUID: StudyInstanceUID ?? '' }),
    enabled: StudyInstanceUID !== null,
  })
  return (
    <Modal
      opened={StudyInstanceUID !== null}
      onClose={hideExportDialog}
      title={t('export:title')}
      size={1080}
      yOffset={16}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      {data ? (
        <ExportForm key={StudyInstanceUID} study={data.study} priors={data.priors} />
      ) : data === null ? (
        <Text>{t('studies:preview.gone')}</Text>
      ) : (
        <Loader size="sm" />
      )}
    </Modal>
  )
}
