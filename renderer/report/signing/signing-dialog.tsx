/** Giving a report out: whose it is, what hinders, as what, and the signer's PIN. Nothing is signed but what is durable and shown. */
import { Button, Group, Loader, Modal, PasswordInput, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconSignature } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Report } from '../../../main/contract/report.ts'
import { trpc } from '../../services/client.ts'
import { ReaderPinForm } from '../../settings/reader-pin-form.tsx'
import { ReaderProfileForm } from '../../settings/reader-profile-form.tsx'
import { useFormat } from '../../ui/format.ts'
import { PatientBanner } from '../../ui/patient-banner.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import type { ReportPlace } from '../editor/handle.ts'
import type { ReportSession } from '../session.ts'
import { signerText } from '../words/signer-text.ts'
import { PinAnswer, useLockedFor } from './pin-answer.tsx'
import classes from './signing.module.css'
import { SigningProblems } from './signing-problems.tsx'
import { type Signing, useSigning } from './use-signing.ts'

interface SigningDialogProps {
  session: ReportSession
  onGo(place: ReportPlace): void
  onClose(): void
  onSigned(report: Report): void
}

export function SigningDialog({ session, onGo, onClose, onSigned }: SigningDialogProps) {
  const { t } = useTranslation()
  const signing = useSigning(session, onSigned)
  const profile = useQuery(trpc.profile.get.queryOptions({})).data
  const needs = profile && (profile.profile === null ? 'profile' : profile.hasPin ? null : 'pin')
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('report:sign.title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <Stack gap="md">
        <Subject report={session.report} />
        {signing.stage === 'saving' && (
          <Group gap="sm" role="status">
            <Loader size="xs" />
            {t('report:sign.saving')}
          </Group>
        )}
        {signing.failure && (
          <Text c="var(--waiting)" role="alert">
            {t(`report:sign.failed.${signing.failure}`)}
          </Text>
        )}
        {signing.stage === 'ready' && needs === 'profile' && (
          <section aria-label={t('report:sign.noProfile')}>
            <Text fw={600}>{t('report:sign.noProfile')}</Text>
            <Text c="dimmed" mb="sm">
              {t('report:sign.noProfileText')}
            </Text>
            <ReaderProfileForm />
          </section>
        )}
        {signing.stage === 'ready' && needs === 'pin' && (
          <section aria-label={t('report:sign.noPin')}>
            <Text fw={600} mb="sm">
              {t('report:sign.noPin')}
            </Text>
            <ReaderPinForm />
          </section>
        )}
        {signing.stage === 'ready' && needs === null && (
          <SigningForm signing={signing} session={session} onGo={onGo} onClose={onClose} />
        )}
      </Stack>
    </Modal>
  )
}

/** Whose report it is, once more. */
function Subject({ report: { subject } }: { report: Report }) {
  const format = useFormat()
  return (
    <div className={classes.subject}>
      <PatientBanner patient={subject} />
      <div className={classes.study}>
        <SafeText text={subject.StudyDescription} max={80} />
        <span>{format.dateTime(subject.StudyDate, subject.StudyTime)}</span>
        {subject.AccessionNumber !== '' && <SafeText text={subject.AccessionNumber} max={32} />}
      </div>
    </div>
  )
}

interface SigningFormProps {
  signing: Signing
  session: ReportSession
  onGo(place: ReportPlace): void
  onClose(): void
}

function SigningForm({ signing, session, onGo, onClose }: SigningFormProps) {
  const { t } = useTranslation()
  const profile = useQuery(trpc.profile.get.queryOptions({})).data?.profile
  const lockedFor = useLockedFor(signing.lockedUntil)
  const field = useRef<HTMLInputElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const { content } = session.state.getState()
  const hasErrors = signing.problems.some(({ severity }) => severity === 'error')
  const isAllAccepted = signing.problems.every((problem) => problem.severity === 'error' || signing.isAccepted(problem))
  // The form comes after the dialog took the focus; with errors the way to them is first.
  useEffect(() => {
    if (!hasErrors) field.current?.focus()
  }, [hasErrors])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void signing.sign().then(() => field.current?.select())
  }
  return (
    <form ref={form} onSubmit={submit}>
      <Stack gap="md">
        <SigningProblems
          problems={signing.problems}
          content={content}
          isAccepted={signing.isAccepted}
          onAccept={signing.accept}
          onGo={onGo}
        />
        <div>
          <SegmentedControl
            fullWidth
            aria-label={t('report:sign.as')}
            value={signing.as}
            onChange={(as) => signing.setAs(as === 'preliminary' ? 'preliminary' : 'final')}
            data={[
              { value: 'final', label: t('report:sign.final') },
              { value: 'preliminary', label: t('report:sign.preliminary') },
            ]}
          />
          <Text mt={6} c={signing.as === 'final' ? 'var(--waiting)' : 'dimmed'}>
            {t(`report:sign.means.${signing.as}`)}
          </Text>
        </div>
        <Group align="flex-start" gap="sm">
          <PasswordInput
            ref={field}
            label={profile ? t('report:sign.pinOf', { who: signerText(profile) }) : t('report:sign.pin')}
            value={signing.pin}
            onChange={({ currentTarget }) => signing.setPin(currentTarget.value.replace(/\D/g, '').slice(0, 12))}
            // Enter goes to what is still to be confirmed before it signs.
            onKeyDown={({ key }) => {
              if (key === 'Enter' && !isAllAccepted)
                form.current?.querySelector<HTMLElement>('input[type="checkbox"]:not(:checked)')?.focus()
            }}
            inputMode="numeric"
            autoComplete="off"
            disabled={lockedFor !== null}
            w={280}
            visibilityToggleButtonProps={{ 'aria-label': t('report:sign.showPin') }}
          />
        </Group>
        <PinAnswer answer={signing.answer} lockedFor={lockedFor} until={signing.lockedUntil} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button
            type="submit"
            loading={signing.isSigning}
            disabled={hasErrors || !isAllAccepted || signing.pin.length < 4 || lockedFor !== null}
            leftSection={<IconSignature size={16} stroke={1.8} />}
          >
            {t(`report:sign.do.${signing.as}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
