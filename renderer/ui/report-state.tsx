/** How far a report is: an icon and the word, and when. */
import { IconCircleCheck, IconCircleX, IconHourglassHigh, IconPencil } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ReportState } from '../../main/contract/report.ts'
import { useFormat } from './format.ts'
import classes from './report-state.module.css'

const icons = { draft: IconPencil, preliminary: IconHourglassHigh, final: IconCircleCheck, cancelled: IconCircleX }

/** The word for a state with its icon; the instant `at` (ISO 8601) is in the title. */
export function ReportStateWord({ report }: { report: { state: ReportState; at: string } }) {
  const { t } = useTranslation()
  const format = useFormat()
  const Icon = icons[report.state]
  return (
    <span className={classes.state} data-state={report.state} title={format.instant(report.at)}>
      <Icon size={14} stroke={1.8} aria-hidden="true" />
      {t(`common:report.${report.state}`)}
    </span>
  )
}
