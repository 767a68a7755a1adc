/** Mounts a stack viewport in an element, keeps it as large as the element, and registers it among the views. */
import { type RefObject, useEffect, useRef } from 'react'
import type { DisplaySet, View } from '../engine/engine.ts'
import { useReading } from '../reading-context.ts'
import { useView } from '../views.ts'

/** Tells `view` when its element changes size, until the returned function is called. */
export function followSize(element: HTMLElement, view: View): () => void {
  const sizeOf = () => `${element.clientWidth}×${element.clientHeight}`
  let size = sizeOf()
  const observer = new ResizeObserver(() => {
    // The first call only says that it is observed.
    if (size === sizeOf()) return
    size = sizeOf()
    view.resize()
  })
  observer.observe(element)
  return () => observer.disconnect()
}

/** The view at `place`; a new one when another display set is shown there, the same one while the display set grows. */
export function useStackView(
  place: string,
  element: RefObject<HTMLDivElement | null>,
  displaySet: DisplaySet,
): View | undefined {
  const { engine, views, positions } = useReading()
  const latest = useRef(displaySet)
  latest.current = displaySet
  const { displaySetId } = displaySet
  useEffect(() => {
    const host = element.current
    if (!host) return
    const view = engine.mountStack(host, latest.current, positions.get(displaySetId))
    const unfollow = followSize(host, view)
    const unsubscribe = view.subscribe(() => {
      const { status, imageIndex } = view.state()
      if (status === 'painted' || status === 'not-displayable') positions.set(displaySetId, imageIndex)
    })
    views.set(place, view)
    return () => {
      unsubscribe()
      unfollow()
      views.remove(place, view)
      view.destroy()
    }
  }, [engine, views, positions, place, element, displaySetId])
  return useView(views, place)
}
