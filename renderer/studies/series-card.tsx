/** One series in the preview: its picture, number and description, and how much of it is here and can be shown. */
import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { SeriesRow } from '../../main/contract/studies.ts'
import {
  CompletenessCount,
  CompletenessRing,
  completenessState,
  filledRatio,
  useCompletenessWords,
} from '../ui/completeness.tsx'
import { useFormat } from '../ui/format.ts'
import { useReasonWords } from '../ui/reason-words.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'
import classes from './series-card.module.css'

export function SeriesCard({ series, receiving }: { series: SeriesRow; receiving: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const words = useCompletenessWords()
  const reasonWords = useReasonWords()
  const state = completenessState(series.completeness, false)
  const reasons = series.notDisplayable.map(({ reason, count }) =>
    t('studies:series.notDisplayable', {
      number: format.number(count),
      reason: reasonWords('notDisplayable', reason),
    }),
  )
  const said = [words(series.completeness, receiving && state !== 'complete'), ...reasons].join(' · ')
  return (
    <li className={classes.card}>
      <div className={classes.picture}>
        <Thumbnail series={series} />
      </div>
      <div className={classes.text}>
        <div className={classes.name}>
          {series.SeriesNumber !== null && <span className={classes.number}>{series.SeriesNumber}</span>}
          <SafeText
            text={series.SeriesDescription || series.ProtocolName || t('studies:preview.noDescription')}
            max={80}
          />
        </div>
        <Tooltip label={said}>
          <div className={classes.count} data-state={state}>
            <CompletenessRing state={state} ratio={filledRatio(series.completeness)} />
            <CompletenessCount completeness={series.completeness} />
            {state === 'not-displayable' && (
              <span>
                {t('studies:series.displayable', {
                  count: series.completeness.displayable,
                  displayable: format.number(series.completeness.displayable),
                })}
              </span>
            )}
          </div>
        </Tooltip>
      </div>
    </li>
  )
}
