/** While cine plays: the rate that is asked for, and the rate that is really painted. */
import { ActionIcon, NumberInput } from '@mantine/core'
import { IconPlayerStop } from '@tabler/icons-react'
import { CINE_RATES } from '../cine.ts'
import type { Cine } from '../use-cine.ts'
import { useWriting } from '../use-writing.ts'
import classes from './cine-bar.module.css'

/** Painted slower than 90 % of what is asked for is said in amber. */
const SLOW = 0.9

export function CineBar({ cine }: { cine: Cine }) {
  const w = useWriting()
  const isSlow = cine.paintedRate > 0 && cine.paintedRate < cine.rate * SLOW
  return (
    <fieldset className={classes.bar} aria-label={w.t('cine.label')}>
      <ActionIcon onClick={cine.stop} aria-label={w.t('cine.stop')}>
        <IconPlayerStop size={16} />
      </ActionIcon>
      <NumberInput
        size="xs"
        w={78}
        min={CINE_RATES.least}
        max={CINE_RATES.most}
        value={Math.round(cine.rate)}
        onChange={(value) =>
          typeof value === 'number' && value >= CINE_RATES.least && value <= CINE_RATES.most && cine.setRate(value)
        }
        aria-label={w.t('cine.rate')}
      />
      <span>{w.t('cine.unit')}</span>
      <span data-slow={isSlow} className={classes.painted}>
        {w.t('cine.painted', { rate: w.number(cine.paintedRate, 1) })}
      </span>
    </fieldset>
  )
}
