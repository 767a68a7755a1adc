/** How complete a study or series is: a ring and words, never colour alone. */
import { useTranslation } from 'react-i18next'
import type { Completeness } from '../../main/contract/studies.ts'
import classes from './completeness.module.css'
import { useFormat } from './format.ts'

export type CompletenessState = 'receiving' | 'incomplete' | 'not-displayable' | 'complete' | 'received'

/** `received`: nobody said how many are to come; `complete`: all of them are here and can be shown. */
export function completenessState(
  { expected, received, displayable }: Completeness,
  receiving: boolean,
): CompletenessState {
  if (receiving) return 'receiving'
  if (expected !== null && received < expected) return 'incomplete'
  if (displayable < received) return 'not-displayable'
  return expected === null ? 'received' : 'complete'
}

/** Part of the ring that is filled, 0 to 1. */
export const filledRatio = ({ expected, received }: Completeness): number =>
  expected === null || expected === 0 ? 1 : Math.min(1, received / expected)

const CIRCUMFERENCE = 2 * Math.PI * 5

export function CompletenessRing({ state, ratio }: { state: CompletenessState; ratio: number }) {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" className={classes.ring} data-state={state} aria-hidden="true">
      <circle cx="7" cy="7" r="5" className={classes.track} />
      <circle
        cx="7"
        cy="7"
        r="5"
        className={classes.filled}
        strokeDasharray={`${ratio * CIRCUMFERENCE} ${CIRCUMFERENCE}`}
        transform="rotate(-90 7 7)"
      />
      {state === 'not-displayable' && <path d="M7 4.2v3.4M7 9.6v.2" className={classes.mark} />}
      {state === 'complete' && <path d="M4.8 7.2l1.6 1.6 2.9-3.4" className={classes.mark} />}
    </svg>
  )
}

/** `214 / 300` or `214`, as the sender announced a number or not. */
export function CompletenessCount({ completeness }: { completeness: Completeness }) {
  const format = useFormat()
  const { expected, received } = completeness
  return (
    <span className={classes.count}>
      {format.number(received)}
      {expected !== null && expected !== received && <span className={classes.of}> / {format.number(expected)}</span>}
    </span>
  )
}

/** The words for a state, with its numbers: for titles and screen readers. */
export function useCompletenessWords(): (completeness: Completeness, receiving: boolean) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return (completeness, receiving) => {
    const { expected, received, displayable } = completeness
    const state = completenessState(completeness, receiving)
    const hidden = received - displayable
    const word = state === 'receiving' && expected !== null ? 'receivingOf' : state
    return t(`common:completeness.${word}`, {
      count: state === 'not-displayable' ? hidden : received,
      received: format.number(received),
      expected: format.number(expected ?? received),
      hidden: format.number(hidden),
    })
  }
}
