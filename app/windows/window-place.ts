/** Where a window opens: where it was, if that is still on a screen. */
import type { WindowPlace } from '../shell-state.ts'

interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** The smallest window in which every screen can be used. */
export const smallest = { width: 1024, height: 640 }
const usual = { width: 1600, height: 1000 }
/** So much of the title bar must be on a screen to be caught by the mouse, px. */
const catchable = 80

const isOn = (place: WindowPlace, { x, y, width, height }: Area): boolean =>
  place.x + place.width >= x + catchable &&
  place.x <= x + width - catchable &&
  place.y >= y - 1 &&
  place.y <= y + height - catchable

/** Position and size for the window; no position lets the system centre it. */
export function placeFor(
  saved: WindowPlace | null,
  screens: readonly Area[],
): Partial<Area> & { width: number; height: number } {
  if (!saved || !screens.some((screen) => isOn(saved, screen))) return usual
  const { x, y } = saved
  return { x, y, width: Math.max(saved.width, smallest.width), height: Math.max(saved.height, smallest.height) }
}
