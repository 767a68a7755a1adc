/**
 * How the values of a volume become opacity and colour. For Hounsfield units the points are Hounsfield units (Cornerstone's own presets
 * cannot be used for them: it moves their points until they lie around zero); for values without a unit they are parts of the window.
 */

/** Value (HU, or part of the window from 0 to 1) and opacity of one millimetre. */
type OpacityPoint = readonly [value: number, opacity: number]
type ColourPoint = readonly [value: number, red: number, green: number, blue: number]

export interface RenderingPreset {
  /** Last part of the locale key `renderingPresets.*`. */
  name: string
  /** The brightest value on each ray, instead of light on surfaces. */
  isProjection: boolean
  opacity: readonly OpacityPoint[]
  colour: readonly ColourPoint[]
  /** Phong's parts; null for what shines by itself. */
  light: { ambient: number; diffuse: number; specular: number; power: number } | null
}

const surface = { ambient: 0.18, diffuse: 0.85, specular: 0.2, power: 12 } as const

const ctPresets = [
  {
    name: 'bone',
    isProjection: false,
    opacity: [
      [150, 0],
      [260, 0.16],
      [600, 0.62],
      [1500, 0.85],
    ],
    colour: [
      [150, 0.48, 0.25, 0.15],
      [300, 0.84, 0.68, 0.48],
      [700, 0.95, 0.89, 0.76],
      [1500, 1, 1, 0.97],
    ],
    light: surface,
  },
  {
    name: 'skin',
    isProjection: false,
    opacity: [
      [-420, 0],
      [-250, 0.3],
      [-100, 0.75],
      [1500, 0.9],
    ],
    colour: [
      [-420, 0.62, 0.4, 0.3],
      [-150, 0.87, 0.66, 0.54],
      [150, 0.93, 0.76, 0.65],
      [1500, 1, 0.97, 0.93],
    ],
    light: { ...surface, specular: 0.1 },
  },
  {
    name: 'vessels',
    isProjection: false,
    opacity: [
      [130, 0],
      [200, 0.2],
      [320, 0.6],
      [700, 0.75],
    ],
    colour: [
      [130, 0.45, 0.04, 0.04],
      [230, 0.82, 0.2, 0.14],
      [400, 0.95, 0.66, 0.46],
      [700, 0.98, 0.93, 0.85],
    ],
    light: surface,
  },
  {
    name: 'lung',
    isProjection: false,
    opacity: [
      [-1000, 0],
      [-900, 0.006],
      [-750, 0.03],
      [-550, 0.045],
      [-380, 0],
    ],
    colour: [
      [-1000, 0.25, 0.4, 0.6],
      [-800, 0.5, 0.68, 0.85],
      [-600, 0.92, 0.72, 0.66],
      [-380, 1, 0.9, 0.84],
    ],
    light: surface,
  },
  {
    name: 'softTissue',
    isProjection: false,
    opacity: [
      [-40, 0],
      [15, 0.03],
      [60, 0.14],
      [180, 0.3],
      [500, 0.75],
    ],
    colour: [
      [-40, 0.5, 0.24, 0.16],
      [40, 0.74, 0.34, 0.26],
      [120, 0.88, 0.54, 0.42],
      [300, 0.95, 0.86, 0.72],
      [900, 1, 1, 0.97],
    ],
    light: surface,
  },
  {
    name: 'mip',
    isProjection: true,
    opacity: [
      [-50, 1],
      [1900, 1],
    ],
    colour: [
      [-50, 0, 0, 0],
      [1900, 1, 1, 1],
    ],
    light: null,
  },
] as const satisfies readonly RenderingPreset[]

const otherPresets = [
  {
    name: 'tissue',
    isProjection: false,
    opacity: [
      [0.16, 0],
      [0.34, 0.05],
      [0.6, 0.2],
      [1.1, 0.6],
    ],
    colour: [
      [0.16, 0.26, 0.16, 0.12],
      [0.4, 0.66, 0.48, 0.4],
      [0.75, 0.9, 0.8, 0.7],
      [1.1, 1, 1, 0.96],
    ],
    light: surface,
  },
  {
    name: 'mip',
    isProjection: true,
    opacity: [
      [0, 1],
      [1, 1],
    ],
    colour: [
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ],
    light: null,
  },
  {
    name: 'angio',
    isProjection: false,
    opacity: [
      [0.6, 0],
      [0.8, 0.25],
      [1.1, 0.75],
    ],
    colour: [
      [0.6, 0.45, 0.04, 0.04],
      [0.85, 0.88, 0.3, 0.2],
      [1.2, 1, 0.9, 0.8],
    ],
    light: surface,
  },
] as const satisfies readonly RenderingPreset[]

export type RenderingPresetName = (typeof ctPresets)[number]['name'] | (typeof otherPresets)[number]['name']

/** The presets for values of a unit, the one to begin with first. */
export const presetsFor = (unit: string): readonly (RenderingPreset & { name: RenderingPresetName })[] =>
  unit === 'HU' ? ctPresets : otherPresets

/** The points in the values of the volume. */
export interface TransferFunctions {
  opacity: readonly OpacityPoint[]
  colour: readonly ColourPoint[]
}

export interface Tuning {
  /** Added to every value of the points. */
  shift: number
  /** Thickness that counts as one millimetre: 2 is twice as opaque. A projection becomes brighter: 2 halves its range. */
  density: number
}

/** One step of the shift, in values: 20 HU, or a fiftieth of the window. */
export const shiftStep = (unit: string, window: { lower: number; upper: number }): number =>
  unit === 'HU' ? 20 : Math.max(1e-6, (window.upper - window.lower) / 50)

/** A preset for this volume; `window` are the values that its own window shows black and white. */
export const transferFunctions = (
  { opacity, colour, isProjection }: RenderingPreset,
  unit: string,
  window: { lower: number; upper: number },
  { shift, density }: Tuning,
): TransferFunctions => {
  const width = Math.max(1e-6, window.upper - window.lower)
  const darkest = colour[0]?.[0] ?? 0
  const place = (point: number): number => {
    const value = isProjection ? darkest + (point - darkest) / density : point
    return (unit === 'HU' ? value : window.lower + value * width) + shift
  }
  return {
    opacity: opacity.map(([value, amount]) => [
      place(value),
      isProjection ? amount : 1 - (1 - Math.min(amount, 0.999)) ** density,
    ]),
    colour: colour.map(([value, ...rgb]) => [place(value), ...rgb]),
  }
}
