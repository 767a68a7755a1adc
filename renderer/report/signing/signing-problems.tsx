/** What hinders signing: errors lead to their place, warnings are ticked, those alike together. */
import { Button, Checkbox } from '@mantine/core'
import { IconAlertOctagon, IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ReportContent, SigningProblem } from '../../../main/contract/report.ts'
import type { ReportPlace } from '../editor/handle.ts'
import { keyOf } from './acceptances.ts'
import classes from './signing.module.css'

interface SigningProblemsProps {
  problems: readonly SigningProblem[]
  content: ReportContent
  isAccepted(problem: SigningProblem): boolean
  onAccept(problems: readonly SigningProblem[], isAccepted: boolean): void
  onGo(place: ReportPlace): void
}

const hasPlace = ({ sectionId, fieldId, measurementId, keyImageId }: SigningProblem): boolean =>
  [sectionId, fieldId, measurementId, keyImageId].some((id) => id !== undefined)

/** What a problem is about, in the report's own words. */
function subjectOf({ sectionId, fieldId, keyImageId }: SigningProblem, content: ReportContent): string {
  const field = content.fields.find((one) => one.fieldId === fieldId)?.label
  const section = content.sections.find((one) => one.sectionId === sectionId)?.title
  const keyImage = content.keyImages.findIndex((one) => one.keyImageId === keyImageId)
  return field ?? section ?? (keyImage >= 0 ? String(keyImage + 1) : '')
}

export function SigningProblems({ problems, content, isAccepted, onAccept, onGo }: SigningProblemsProps) {
  const { t } = useTranslation()
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity === 'warning')
  const sentence = (problem: SigningProblem) =>
    t(`report:problem.${problem.code}`, { subject: subjectOf(problem, content) })
  const way = (problem: SigningProblem) =>
    hasPlace(problem) && (
      <Button size="compact-xs" variant="default" onClick={() => onGo(problem)}>
        {t('report:sign.go')}
      </Button>
    )
  return (
    <>
      {errors.length > 0 && (
        <section className={classes.problems} data-severity="error" aria-label={t('report:sign.errors')}>
          <h3 className={classes.problemsTitle}>
            <IconAlertOctagon size={16} stroke={1.8} aria-hidden />
            {t('report:sign.errors')}
          </h3>
          <ul>
            {errors.map((problem) => (
              <li key={keyOf(problem)}>
                <span>{sentence(problem)}</span>
                {way(problem)}
              </li>
            ))}
          </ul>
        </section>
      )}
      {warnings.length > 0 && (
        <section className={classes.problems} data-severity="warning" aria-label={t('report:sign.warnings')}>
          <h3 className={classes.problemsTitle}>
            <IconAlertTriangle size={16} stroke={1.8} aria-hidden />
            {t('report:sign.warnings')}
          </h3>
          <ul>
            {[...Map.groupBy(warnings, ({ code }) => code)].map(([code, alike]) => (
              <li key={code}>
                <Checkbox
                  label={alike.map((problem) => (
                    <div key={keyOf(problem)} className={classes.line}>
                      {sentence(problem)}
                    </div>
                  ))}
                  checked={alike.every(isAccepted)}
                  onChange={({ currentTarget }) => onAccept(alike, currentTarget.checked)}
                />
                <div>
                  {alike.map((problem) => (
                    <div key={keyOf(problem)} className={classes.line}>
                      {way(problem)}
                    </div>
                  ))}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
