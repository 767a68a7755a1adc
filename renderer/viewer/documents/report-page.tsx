/** A structured report on the page: title, how final it is and by whom, then what it says. Nothing in it is ever taken for markup. */
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { displayText } from '../../../main/dicom/index.ts'
import { useFormat } from '../../ui/format.ts'
import { useWriting } from '../use-writing.ts'
import type { Writing } from '../writing.ts'
import { ContentTree } from './content-tree.tsx'
import { dateTimeText } from './date-time-text.ts'
import classes from './document.module.css'
import type { StructuredReport, Verifier } from './structured-report.ts'

export function ReportPage({ report }: { report: StructuredReport }) {
  const w = useWriting()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <article className={classes.page} data-selectable tabIndex={0} aria-label={displayText(report.title, 120)}>
      <h1 className={classes.heading}>{displayText(report.title, 300) || w.t('documents.report.untitled')}</h1>
      <Standing report={report} />
      <Facts report={report} />
      {report.content.length === 0 && (
        <p className={classes.broken}>
          <IconAlertTriangle size={14} aria-hidden />
          {w.t('documents.report.empty')}
        </p>
      )}
      <ContentTree nodes={report.content} omitted={report.omitted} />
    </article>
  )
}

/** How final the document says that it is. */
function Standing({ report: { completion, verification, preliminary, verifiers } }: { report: StructuredReport }) {
  const w = useWriting()
  if (!completion && !verification) return <p className={classes.dim}>{w.t('documents.report.unflagged')}</p>
  const isDone = completion === 'COMPLETE' && verification !== 'UNVERIFIED'
  const Icon = isDone ? IconCircleCheck : IconCircleDashed
  const words = [completion, preliminary, verification].flatMap((flag) =>
    flag ? [w.t(`documents.report.${flag}`)] : [],
  )
  return (
    <div className={classes.standing} data-done={isDone}>
      <Icon size={16} aria-hidden />
      <span>{words.join(' · ')}</span>
      {verifiers.map((verifier) => (
        <span key={`${verifier.name} ${verifier.at}`} className={classes.dim}>
          <VerifierText verifier={verifier} />
        </span>
      ))}
    </div>
  )
}

function VerifierText({ verifier: { name, organization, at } }: { verifier: Verifier }) {
  const w = useWriting()
  const format = useFormat()
  const parts = [
    w.t('documents.report.verifiedBy', { name: name || '–' }),
    displayText(organization, 120),
    dateTimeText(at, format),
  ]
  return <bdi>{parts.filter(Boolean).join(' · ')}</bdi>
}

function Facts({ report }: { report: StructuredReport }) {
  const w = useWriting()
  const format = useFormat()
  const facts = factsOf(report, w, format.dateTime(report.ContentDate, report.ContentTime))
  if (facts.length === 0) return null
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{w.t(`documents.report.${name}`)}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function factsOf(report: StructuredReport, w: Writing, date: string): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [
    ['by', displayText(report.observers.join(' ; '), 300)],
    ['date', date],
    ['institution', displayText(report.institution, 120)],
    [
      'predecessors',
      report.predecessors.length > 0 ? w.t('documents.report.predecessor', { count: report.predecessors.length }) : '',
    ],
    ['template', report.template ? w.t('documents.report.templateId', { id: displayText(report.template, 40) }) : ''],
  ]
  return facts.filter(([, value]) => value !== '')
}
