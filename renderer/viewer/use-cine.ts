/** Plays a stack: the next image when its time has come and the last one is painted, never faster than what is seen. */
import { useCallback, useEffect, useState } from 'react'
import { createRateMeter } from './cine.ts'
import type { View } from './engine/engine.ts'

export interface Cine {
  isPlaying: boolean
  /** Images per second asked for. */
  rate: number
  /** Images per second painted over the last second. */
  paintedRate: number
  toggle(): void
  stop(): void
  setRate(rate: number): void
}

/** How often the painted rate is shown anew, ms. */
const SHOW_RATE_EVERY = 500

/** Cine of the active viewport; stops when another becomes active. `statedRate` is what the images ask for. */
export function useCine(view: View | undefined, statedRate: number): Cine {
  const [playing, setPlaying] = useState<View | null>(null)
  const [chosen, setChosen] = useState<{ view: View; rate: number } | null>(null)
  const [paintedRate, setPaintedRate] = useState(0)
  const isPlaying = playing !== null && playing === view
  const rate = chosen !== null && chosen.view === view ? chosen.rate : statedRate

  useEffect(() => {
    if (!isPlaying || !view) return
    const meter = createRateMeter(performance.now())
    let shown = view.state().imageIndex
    const unsubscribe = view.subscribe(() => {
      const { status, imageIndex } = view.state()
      if (status === 'waiting' || imageIndex === shown) return
      shown = imageIndex
      meter.painted(performance.now())
    })
    let due = performance.now()
    let request = requestAnimationFrame(function step(now) {
      const { status, imageIndex, imageCount } = view.state()
      if (now >= due && status !== 'waiting' && imageCount > 1) {
        view.scrollTo((imageIndex + 1) % imageCount)
        due = Math.max(due + 1000 / rate, now)
      }
      request = requestAnimationFrame(step)
    })
    const show = setInterval(() => setPaintedRate(meter.rate(performance.now())), SHOW_RATE_EVERY)
    return () => {
      unsubscribe()
      cancelAnimationFrame(request)
      clearInterval(show)
      setPaintedRate(0)
    }
  }, [isPlaying, view, rate])

  return {
    isPlaying,
    rate,
    paintedRate,
    toggle: useCallback(() => setPlaying((before) => (before === view ? null : (view ?? null))), [view]),
    stop: useCallback(() => setPlaying(null), []),
    setRate: (next) => view && setChosen({ view, rate: next }),
  }
}
