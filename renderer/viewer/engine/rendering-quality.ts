/**
 * How finely a volume is drawn. Drawing costs rays × samples on each; what one sample takes here is measured, so that a picture in motion
 * stays usable on a weak graphics card, and the picture at rest is drawn in parts that an input never waits long for.
 */

export interface Quality {
  /** Distance of the samples on a ray, in multiples of the finest. */
  step: number
  /** Rays per pixel of the screen, along each side. */
  scale: number
}

/** Everything that the data and the screen can show: samples half a voxel apart, a ray for each pixel. */
export const full: Quality = { step: 1, scale: 1 }

/** While something moves, the finest first. Few steps: each compiles a shader of its own, and with wide ones thin bone becomes noise. */
export const movingQualities: readonly Quality[] = [
  { step: 2, scale: 1 },
  { step: 2, scale: 0.7 },
  { step: 4, scale: 0.7 },
  { step: 4, scale: 0.5 },
  { step: 4, scale: 0.35 },
  { step: 4, scale: 0.25 },
  { step: 4, scale: 0.18 },
  { step: 8, scale: 0.18 },
]

/** On the way to the full picture, where that takes long. */
export const middle: Quality = { step: 2, scale: 0.5 }

/** Milliseconds: a moving picture, one part of the picture at rest, and what is too long to wait for without a middle. */
export const limits = { moving: 70, part: 120, withoutMiddle: 1500 } as const

/** Work of a picture in units of one ray at the finest step. */
export const workOf = ({ step, scale }: Quality, pixels: number): number => (pixels * scale * scale) / step

export interface CostMeter {
  /** A drawing of so much work took so long, its shader being there already. */
  note(work: number, milliseconds: number): void
  /** Milliseconds that so much work will take; null before the first drawing. */
  expect(work: number): number | null
}

/** Learns from each drawing, from the later and larger ones more. What every drawing takes, however small, is told apart. */
export const createCostMeter = (): CostMeter => {
  let shortest = Number.POSITIVE_INFINITY
  let works = 0
  let times = 0
  const fixed = (): number => 0.8 * shortest
  return {
    note(work, milliseconds) {
      shortest = Math.min(shortest, milliseconds)
      works = 0.7 * works + Math.max(1, work)
      times = 0.7 * times + Math.max(0, milliseconds - fixed())
    },
    expect: (work) => (works === 0 ? null : fixed() + (times / works) * work),
  }
}

/** The finest moving picture that is fast enough; the coarsest while nothing is known, or none is. */
export const movingQuality = (meter: CostMeter, pixels: number): Quality =>
  movingQualities.find(
    (quality) => (meter.expect(workOf(quality, pixels)) ?? Number.POSITIVE_INFINITY) <= limits.moving,
  ) ?? (movingQualities.at(-1) as Quality)

/** A part of the picture, in pixels of the screen from the top left. */
export interface Part {
  x: number
  y: number
  width: number
  height: number
}

const grain = 32
/** Smaller parts would take longer to begin than to draw. */
const smallestArea = 96 * 96

/** Cuts a picture into equal parts, each short enough to draw, the middle first: that is where the reader looks. */
export const partsOf = (width: number, height: number, milliseconds: number): Part[] => {
  const wanted = Math.max(
    1,
    Math.min(Math.ceil((width * height) / smallestArea), Math.ceil(milliseconds / limits.part)),
  )
  const side = Math.sqrt((width * height) / wanted)
  const cut = (length: number): number => Math.ceil(length / Math.max(1, Math.round(length / side)) / grain) * grain
  const [w, h] = wanted === 1 ? [width, height] : [cut(width), cut(height)]
  const parts: Part[] = []
  for (let y = 0; y < height; y += h) {
    for (let x = 0; x < width; x += w) {
      parts.push({ x, y, width: Math.min(w, width - x), height: Math.min(h, height - y) })
    }
  }
  const away = (part: Part): number =>
    Math.hypot(part.x + part.width / 2 - width / 2, part.y + part.height / 2 - height / 2)
  return parts.sort((a, b) => away(a) - away(b))
}
