/** Follows the pointer over a viewport, at most once a drawn frame. */

/** Calls `report` with the place in CSS pixels, or null when the pointer left; returns how to stop. */
export const followPointer = (
  element: HTMLElement,
  report: (place: readonly [number, number] | null) => void,
): (() => void) => {
  let place: readonly [number, number] | null = null
  let handle = 0
  const later = (): void => {
    if (handle !== 0) return
    handle = requestAnimationFrame(() => {
      handle = 0
      report(place)
    })
  }
  const move = (event: PointerEvent): void => {
    const box = element.getBoundingClientRect()
    place = [event.clientX - box.left, event.clientY - box.top]
    later()
  }
  const leave = (): void => {
    place = null
    later()
  }
  element.addEventListener('pointermove', move)
  element.addEventListener('pointerleave', leave)
  return () => {
    cancelAnimationFrame(handle)
    element.removeEventListener('pointermove', move)
    element.removeEventListener('pointerleave', leave)
  }
}

/** Turns of the wheel as whole steps: trackpads send many small ones. */
export const followWheel = (element: HTMLElement, scroll: (steps: number) => void): (() => void) => {
  let rest = 0
  const turn = (event: WheelEvent): void => {
    event.preventDefault()
    const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 100
    // A wheel's click is 100 or 120: one step each; a trackpad gathers up to a third of that.
    if (Math.abs(pixels) >= 60) {
      rest = 0
      scroll(Math.sign(pixels))
      return
    }
    rest += pixels
    const steps = Math.trunc(rest / 30)
    if (steps === 0) return
    rest -= steps * 30
    scroll(steps)
  }
  element.addEventListener('wheel', turn, { passive: false })
  return () => element.removeEventListener('wheel', turn)
}
