/** A view that the screen holds on to while the viewport behind it is made anew (a lost graphics context, a volume that changed). */
import type { Rendering, View } from './engine.ts'
import type { EngineView } from './view-context.ts'

export interface DurableView {
  readonly view: View
  current(): EngineView
  /** Puts another viewport behind the view; the old one is already destroyed. */
  replace(next: EngineView): void
}

/** `onDestroy` is called once, when the screen lets go of the view. */
export const createDurableView = (first: EngineView, onDestroy: (inner: EngineView) => void): DurableView => {
  const listeners = new Set<() => void>()
  const notify = (): void => {
    for (const listener of [...listeners]) listener()
  }
  let inner = first
  let stop = inner.subscribe(notify)
  let isDestroyed = false
  const view: View = {
    id: first.id,
    plane: first.plane,
    get displaySetId() {
      return inner.displaySetId
    },
    state: () => inner.state(),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    scrollTo: (index) => inner.scrollTo(index),
    scrollBy: (images) => inner.scrollBy(images),
    setVoi: (center, width, kind) => inner.setVoi(center, width, kind),
    invert: (isInverted) => inner.invert(isInverted),
    rotate: (degrees) => inner.rotate(degrees),
    flip: (direction) => inner.flip(direction),
    zoomBy: (factor) => inner.zoomBy(factor),
    panBy: (dx, dy) => inner.panBy(dx, dy),
    fit: () => inner.fit(),
    reset: () => inner.reset(),
    stackIndex: () => inner.stackIndex(),
    resize: () => inner.resize(),
    ...(first.rendering ? { rendering: durableRendering(() => inner.rendering) } : {}),
    destroy() {
      if (isDestroyed) return
      isDestroyed = true
      stop()
      listeners.clear()
      onDestroy(inner)
    },
  }
  return {
    view,
    current: () => inner,
    replace(next) {
      stop()
      inner = next
      stop = inner.subscribe(notify)
      notify()
    },
  }
}

const durableRendering = (current: () => Rendering | undefined): Rendering => ({
  setPreset: (name) => current()?.setPreset(name),
  shiftBy: (steps) => current()?.shiftBy(steps),
  densify: (factor) => current()?.densify(factor),
  turn: (right, down) => current()?.turn(right, down),
  roll: (degrees) => current()?.roll(degrees),
  seeFrom: (view) => current()?.seeFrom(view),
})
