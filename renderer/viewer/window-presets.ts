/**
 * The CT windows that radiologists know by number, in Hounsfield units. They are offered only where the values are HU.
 * Each has its digit.
 */

export interface WindowPreset {
  /** Last part of the locale key `presets.*`. */
  name: string
  center: number
  width: number
  key: string
}

export const ctWindowPresets = [
  { name: 'brain', center: 40, width: 80, key: '1' },
  { name: 'subdural', center: 75, width: 215, key: '2' },
  { name: 'stroke', center: 35, width: 30, key: '3' },
  { name: 'bone', center: 500, width: 2000, key: '4' },
  { name: 'lung', center: -600, width: 1500, key: '5' },
  { name: 'mediastinum', center: 50, width: 350, key: '6' },
  { name: 'abdomen', center: 40, width: 400, key: '7' },
  { name: 'liver', center: 70, width: 150, key: '8' },
  { name: 'angio', center: 300, width: 600, key: '9' },
] as const satisfies readonly WindowPreset[]

/** The preset that `voi` equals, to say its name on the image; undefined when the window was set by hand. */
export function presetOf(voi: { center: number; width: number }): WindowPreset | undefined {
  return ctWindowPresets.find(
    (preset) => Math.abs(preset.center - voi.center) < 0.5 && Math.abs(preset.width - voi.width) < 0.5,
  )
}

/** A window that the image itself brings (PS3.3 C.11.2.1.2), with its explanation where it has one. */
export interface StoredWindow {
  center: number
  width: number
  explanation: string
}

/** The windows stored in an image: of the frame where it states them, otherwise of the object. Pairs without a usable width are left out. */
export function storedWindows(
  header: {
    WindowCenter?: number[] | undefined
    WindowWidth?: number[] | undefined
    WindowCenterWidthExplanation?: string[] | undefined
    frames?:
      | {
          WindowCenter?: number[] | undefined
          WindowWidth?: number[] | undefined
          WindowCenterWidthExplanation?: string[] | undefined
        }[]
      | undefined
  },
  frame: number,
): StoredWindow[] {
  const ofFrame = header.frames?.[frame]
  const source = ofFrame?.WindowCenter ? ofFrame : header
  return (source.WindowCenter ?? []).flatMap((center, position) => {
    const width = source.WindowWidth?.[position]
    return width === undefined || !(width > 0)
      ? []
      : [{ center, width, explanation: source.WindowCenterWidthExplanation?.[position]?.trim() ?? '' }]
  })
}
