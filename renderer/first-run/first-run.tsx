/** The first run: language, what this is and is not, the recovery key, from where images are accepted, AE title and port. */
import { Button, Group, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NOTICE_VERSION } from '../../main/contract/notice.ts'
import { trpc } from '../services/client.ts'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { useWorkspace } from '../services/workspace.ts'
import { isComplete, type ReceiverSettings } from '../settings/receiver-form.tsx'
import { Brand } from '../ui/brand.tsx'
import classes from './first-run.module.css'
import { StepContent } from './step-content.tsx'
import { type FirstRunStep, firstOpenStep, stepsFor } from './steps.ts'

function Progress({ steps, step }: { steps: readonly FirstRunStep[]; step: FirstRunStep }) {
  const { t } = useTranslation()
  return (
    <ol className={classes.progress} aria-label={t('first-run:progress')}>
      {steps.map((one, index) => (
        <li key={one} aria-current={one === step ? 'step' : undefined} data-done={index < steps.indexOf(step)}>
          <span className={classes.number}>{index + 1}</span>
          {t(`first-run:${one}.short`)}
        </li>
      ))}
    </ol>
  )
}

export function FirstRun() {
  const { t } = useTranslation()
  const settings = useSettings()
  const security = useQuery(trpc.security.state.queryOptions({})).data
  const update = useUpdateSettings()
  const steps = stepsFor(settings)
  const [step, setStep] = useState(() => firstOpenStep(settings, security?.recoveryKeyConfirmedAt != null))
  const [receiver, setReceiver] = useState<ReceiverSettings>({
    acceptFromNetwork: settings.acceptFromNetwork,
    aeTitle: settings.aeTitle,
    dicomPort: settings.dicomPort,
  })
  const title = useRef<HTMLHeadingElement>(null)
  const place = steps.indexOf(step)
  const confirmed = security?.recoveryKeyConfirmedAt != null
  const go = (by: 1 | -1) => setStep(steps[place + by] ?? step)

  // biome-ignore lint/correctness/useExhaustiveDependencies: at each step the heading is read out and the keyboard begins there
  useEffect(() => title.current?.focus(), [step])

  /** Keeps what the step asked for; the next step comes when the station has it. */
  const finish = async (event: FormEvent) => {
    event.preventDefault()
    update.reset()
    if (step === 'notice') {
      await update.mutateAsync({ noticeAccepted: { version: NOTICE_VERSION, at: new Date().toISOString() } })
      if (settings.firstRunDone) return
    } else if (step === 'receiver') {
      const { problem } = await update.mutateAsync({ ...receiver, aeTitle: receiver.aeTitle.trim() })
      if (problem !== null) return
    } else if (step === 'done') {
      await update.mutateAsync({ firstRunDone: true })
      return
    }
    go(1)
  }
  const setUpArchive = () => {
    useWorkspace.getState().go({ name: 'settings', group: 'archive' })
    update.mutate({ firstRunDone: true })
  }
  const submit = (event: FormEvent) => {
    finish(event).catch(() => undefined)
  }
  return (
    <div className={classes.page}>
      <main className={classes.window}>
        <header className={classes.header}>
          <Brand size={30} />
          <span className={classes.name}>Astreinte</span>
        </header>
        {steps.length > 1 && <Progress steps={steps} step={step} />}
        <section className={classes.step}>
          <Title order={1} ref={title} tabIndex={-1} className={classes.title}>
            {t(`first-run:${step}.title`)}
          </Title>
          <StepContent
            step={step}
            receiver={receiver}
            onReceiver={setReceiver}
            confirmed={confirmed}
            onConfirmed={() => go(1)}
            onArchive={setUpArchive}
          />
          {update.data?.problem && step === 'receiver' && (
            <Text c="var(--waiting)" role="alert" mt="sm">
              {t(`problems:receiver.${update.data.problem}`)}
            </Text>
          )}
          {update.isError && (
            <Text c="var(--waiting)" role="alert" mt="sm">
              {t('first-run:failed')}
            </Text>
          )}
        </section>
        <form onSubmit={submit}>
          <Group justify="space-between" className={classes.buttons}>
            <Button variant="subtle" color="gray" size="sm" disabled={place === 0} onClick={() => go(-1)}>
              {t('common:back')}
            </Button>
            <Button
              type="submit"
              size="sm"
              variant={step === 'recovery' && !confirmed ? 'default' : 'filled'}
              loading={update.isPending}
              disabled={step === 'receiver' && !isComplete(receiver)}
            >
              {t(step === 'recovery' && !confirmed ? 'first-run:recovery.later' : `first-run:${step}.next`)}
            </Button>
          </Group>
        </form>
      </main>
    </div>
  )
}
