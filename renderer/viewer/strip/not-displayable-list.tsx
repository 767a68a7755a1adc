/** Which places of a stack cannot be shown, and why: a word on the card, the whole list on demand. */
import { Popover, UnstyledButton } from '@mantine/core'
import type { DisplaySet } from '../engine/engine.ts'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import classes from './series-strip.module.css'

/** Places shown in the list; the rest is counted. */
const LISTED = 200

/** Nothing when everything can be shown. A place in the list goes there. */
export function NotDisplayableList({ displaySet }: { displaySet: DisplaySet }) {
  const { views } = useReading()
  const w = useWriting()
  const places = displaySet.frames.flatMap((frame, position) =>
    frame.notDisplayable ? [{ position, number: frame.InstanceNumber, reason: frame.notDisplayable }] : [],
  )
  if (places.length === 0) return null
  const go = (position: number) =>
    views
      .all()
      .find((view) => view.displaySetId === displaySet.displaySetId && view.plane === null)
      ?.scrollTo(position)
  return (
    <Popover position="right-start" withinPortal width={340} trapFocus>
      <Popover.Target>
        <UnstyledButton className={classes.warningButton}>
          {w.t('strip.notDisplayable', { count: places.length })}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <h3 className={classes.listTitle}>{w.t('strip.notDisplayableTitle')}</h3>
        <ul className={classes.list}>
          {places.slice(0, LISTED).map(({ position, number, reason }) => (
            <li key={position}>
              <UnstyledButton onClick={() => go(position)}>
                <strong>{w.t('strip.place', { number: w.number(position + 1) })}</strong>
                {number !== null && <span className={classes.dim}> (n° {number})</span>}
                <br />
                {w.t(`notDisplayable.${reason}`)}
              </UnstyledButton>
            </li>
          ))}
        </ul>
        {places.length > LISTED && <p>{w.t('strip.more', { count: places.length - LISTED })}</p>}
      </Popover.Dropdown>
    </Popover>
  )
}
