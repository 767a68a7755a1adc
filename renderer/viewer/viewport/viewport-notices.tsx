/** What is not complete in a viewport's display set, in amber: gaps between slices, images that cannot be shown. */
import { IconAlertTriangle } from '@tabler/icons-react'
import type { DisplaySet } from '../engine/engine.ts'
import { useWriting } from '../use-writing.ts'
import classes from './viewport-notices.module.css'

/** One short line for each shortcoming; nothing when there is none. */
export function ViewportNotices({ displaySet }: { displaySet: DisplaySet }) {
  const w = useWriting()
  const unshown = displaySet.frames.filter((frame) => frame.notDisplayable).length
  const texts = [
    displaySet.gaps.length > 0
      ? w.t('viewport.gaps', {
          count: displaySet.gaps.length,
          places: displaySet.gaps
            .slice(0, 3)
            .map((gap) => `${w.number(gap)}–${w.number(gap + 1)}`)
            .join(', '),
          more: displaySet.gaps.length > 3 ? '…' : '',
        })
      : '',
    unshown > 0 ? w.t('viewport.unshown', { count: unshown }) : '',
  ].filter(Boolean)
  if (texts.length === 0) return null
  return (
    <div className={classes.notices} role="status">
      {texts.map((text) => (
        <div key={text}>
          <IconAlertTriangle size={13} aria-hidden />
          {text}
        </div>
      ))}
    </div>
  )
}
