/** What is not complete in a viewport's display set, in amber: gaps between slices, images that cannot be shown. */
import { IconAlertTriangle } from '@tabler/icons-react'
import type { DisplaySet } from '../engine/engine.ts'
import { useWriting } from '../use-writing.ts'
import type { Writing } from '../writing.ts'
import classes from './viewport-notices.module.css'

/**
 * One line: in whole sentences where there is room, in a few words in a small viewport. Nothing when all is there. `failed`: images that
 * turned out damaged when they were read.
 */
export function ViewportNotices({ displaySet, failed = 0 }: { displaySet: DisplaySet; failed?: number }) {
  const w = useWriting()
  const unshown = Math.max(failed, displaySet.frames.filter((frame) => frame.notDisplayable).length)
  const gaps = displaySet.gaps.length
  if (gaps === 0 && unshown === 0) return null
  const whole = [gaps > 0 ? gapText(displaySet, w) : '', unshown > 0 ? w.t('viewport.unshown', { count: unshown }) : '']
  const short = [
    gaps > 0 ? w.t('strip.gaps', { count: gaps }) : '',
    unshown > 0 ? w.t('strip.notDisplayable', { count: unshown }) : '',
  ]
  const text = (parts: readonly string[]) => parts.filter(Boolean).join(' · ')
  return (
    <div className={classes.place}>
      <div className={classes.notice} role="status">
        <IconAlertTriangle size={13} aria-hidden />
        <span className={classes.whole}>{text(whole)}</span>
        <span className={classes.short} aria-hidden>
          {text(short)}
        </span>
      </div>
    </div>
  )
}

/** Between which images some are missing; the first three places. */
function gapText({ gaps }: DisplaySet, w: Writing): string {
  return w.t('viewport.gaps', {
    count: gaps.length,
    places: gaps
      .slice(0, 3)
      .map((gap) => `${w.number(gap)}–${w.number(gap + 1)}`)
      .join(', '),
    more: gaps.length > 3 ? '…' : '',
  })
}
