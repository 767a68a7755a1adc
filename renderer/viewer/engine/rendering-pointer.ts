/** The mouse over a volume rendering: the left button turns, with Shift it moves the threshold and the opacity, with Ctrl it moves the picture. */
import { followWheel } from './pointer-readout.ts'

export interface RenderingGestures {
  /** Pixels since the last call, right and down. */
  turn(dx: number, dy: number): void
  tune(dx: number, dy: number): void
  pan(dx: number, dy: number): void
  zoom(factor: number): void
}

type Gesture = 'turn' | 'tune' | 'pan' | 'zoom'

const gestureOf = ({ button, shiftKey, ctrlKey, metaKey }: PointerEvent): Gesture | null => {
  if (button === 1) return 'pan'
  if (button === 2) return 'zoom'
  if (button !== 0) return null
  if (shiftKey) return 'tune'
  return ctrlKey || metaKey ? 'pan' : 'turn'
}

const preventMenu = (event: Event): void => event.preventDefault()

/** Follows drags and the wheel; returns how to stop. */
export const followGestures = (element: HTMLElement, gestures: RenderingGestures): (() => void) => {
  let drag: { gesture: Gesture; pointer: number; x: number; y: number } | null = null
  const down = (event: PointerEvent): void => {
    const gesture = gestureOf(event)
    if (!gesture || drag) return
    drag = { gesture, pointer: event.pointerId, x: event.clientX, y: event.clientY }
    element.setPointerCapture(event.pointerId)
  }
  const move = (event: PointerEvent): void => {
    if (drag?.pointer !== event.pointerId) return
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y]
    if (dx === 0 && dy === 0) return
    drag = { ...drag, x: event.clientX, y: event.clientY }
    if (drag.gesture === 'zoom') gestures.zoom(Math.exp(-dy / 150))
    else gestures[drag.gesture](dx, dy)
  }
  const up = (event: PointerEvent): void => {
    if (drag?.pointer === event.pointerId) drag = null
  }
  element.addEventListener('pointerdown', down)
  element.addEventListener('pointermove', move)
  element.addEventListener('pointerup', up)
  element.addEventListener('pointercancel', up)
  element.addEventListener('contextmenu', preventMenu)
  const stopWheel = followWheel(element, (steps) => gestures.zoom(1.15 ** -steps))
  return () => {
    stopWheel()
    element.removeEventListener('pointerdown', down)
    element.removeEventListener('pointermove', move)
    element.removeEventListener('pointerup', up)
    element.removeEventListener('pointercancel', up)
    element.removeEventListener('contextmenu', preventMenu)
  }
}
