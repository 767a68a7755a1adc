/** How far a report is: an icon and the word, and when. */
import { IconCircleCheck, IconCircleX, IconHourglassHigh, IconPencil } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ReportState } from '../../main/contract/report.ts'
import { useFormat } from './format.ts'
import { type StateTone, StateWord } from './state-word.tsx'

const icons = { draft: IconPencil, preliminary: IconHourglassHigh, final: IconCircleCheck, cancelled: IconCircleX }
const tones: Record<ReportState, StateTone> = {
  draft: 'waiting',
  preliminary: 'waiting',
  final: 'done',
  cancelled: 'over',
}

/** The word for a state with its icon; the instant `at` (ISO 8601) is in the title. */
export function ReportStateWord({ report }: { report: { state: ReportState; at: string } }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <StateWord icon={icons[report.state]} tone={tones[report.state]} title={format.instant(report.at)}>
      {t(`common:report.${report.state}`)}
    </StateWord>
  )
}
