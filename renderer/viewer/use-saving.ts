/** Saves the reading screen shortly after every change, and at once when it is left. */
import { useEffect, useLayoutEffect, useRef } from 'react'
import { keepReading } from './kept-reading.ts'
import type { Reading } from './reading-context.ts'

/** Quiet time before a save, ms: a scroll through the stack is one save. */
const SAVE_AFTER = 400

/** Follows the state, the viewports and the measurements. */
export function useSaving({ engine, study, state, guests, positions, views }: Reading): void {
  const latest = useRef({ state, guests })
  latest.current = { state, guests }
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const { StudyInstanceUID } = study

  const save = useRef<() => void>(() => undefined)
  save.current = () => {
    timer.current = null
    keepReading(StudyInstanceUID, {
      screen: latest.current.state,
      guests: latest.current.guests.map((guest) => guest.StudyInstanceUID),
      positions: Object.fromEntries(positions),
      engine: engine.saveState(),
    })
  }
  const soon = useRef(() => {
    if (timer.current !== null) clearTimeout(timer.current)
    timer.current = setTimeout(() => save.current(), SAVE_AFTER)
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the state is to be saved
  useEffect(() => {
    soon.current()
  }, [state, guests])

  useEffect(() => {
    const changed = () => soon.current()
    let followed: (() => void)[] = []
    const follow = () => {
      for (const unfollow of followed) unfollow()
      followed = views.all().map((view) => view.subscribe(changed))
    }
    follow()
    const unsubscribe = [views.subscribe(follow), engine.subscribeMeasurements(changed)]
    return () => {
      for (const stop of [...unsubscribe, ...followed]) stop()
    }
  }, [engine, views])

  // A layout effect, so that the engine and its viewports are still there when the screen is left.
  useLayoutEffect(() => {
    const saveNow = () => {
      if (timer.current === null) return
      clearTimeout(timer.current)
      save.current()
    }
    window.addEventListener('pagehide', saveNow)
    return () => {
      window.removeEventListener('pagehide', saveNow)
      saveNow()
    }
  }, [])
}
