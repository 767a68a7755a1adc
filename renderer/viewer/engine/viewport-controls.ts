/** Window, zoom, pan, rotation, flips and inversion of one viewport; the same for stacks and planes of a volume. */
import type { Enums, Types } from '@cornerstonejs/core'
import type { View, ViewportState } from './engine.ts'
import { showTable, showWindow } from './transfer-function.ts'
import type { Presentation } from './view-context.ts'
import { rangeOfVoi, smallestWidth, type Voi, type VoiFunction, voiOfRange } from './voi.ts'
import { isUsableTable, type VoiTable } from './voi-table.ts'

type Controlled = Types.IStackViewport | Types.IVolumeViewport

export interface ViewportControls {
  actions: Pick<View, 'setVoi' | 'invert' | 'rotate' | 'flip' | 'zoomBy' | 'panBy' | 'fit' | 'reset'>
  read(): Pick<ViewportState, 'invert' | 'rotation' | 'flipHorizontal' | 'flipVertical'>
  /** The window that is set, and whether the image's VOI LUT counts instead. */
  voi(): ViewportState['voi']
  presentation(): Omit<Presentation, 'imageIndex' | 'location'>
  /** Takes a presentation over, now or once there is an image. */
  present(presentation: Presentation): void
  /** Keeps what is set now over the viewport's own resets, until `apply`. */
  keep(): void
  /** After the viewport got new images: what was set before holds again. */
  apply(): void
  /** After another image came: the reader's window, else the image's own. */
  applyVoi(): void
}

export interface ControlledBy {
  publish(): void
  /** Whether the object itself is shown with falling brightness (MONOCHROME1). */
  isInverted(): boolean
  /** Window of the object; null while there is no image. */
  initialVoi(): Voi | null
  /** Smallest and largest value to be shown by the image's VOI LUT; null where no such curve can be shown. */
  tableSpan(): { min: number; max: number } | null
}

export const createViewportControls = (viewport: Controlled, by: ControlledBy): ViewportControls => {
  let userVoi: Presentation['voi'] = null
  let isInvertedByUser = false
  let kept: Omit<Presentation, 'imageIndex' | 'location'> | null = null

  const applyVoi = (): void => {
    const initial = by.initialVoi()
    if (!initial) return
    const voi: Voi = userVoi ? { ...userVoi, function: userVoi.function ?? initial.function } : initial
    const properties = viewport.getProperties()
    showWindow(viewport)
    const isSameFunction = ((properties?.VOILUTFunction ?? 'LINEAR') as VoiFunction) === voi.function
    viewport.setProperties({
      voiRange: rangeOfVoi(voi),
      ...(isSameFunction ? {} : { VOILUTFunction: voi.function as Enums.VOILUTFunctionType }),
    })
    // Sigmoid curves are built anew from the range, so the range is set again once the function holds.
    if (!isSameFunction) viewport.setProperties({ voiRange: rangeOfVoi(voi) })
    viewport.setProperties({ invert: by.isInverted() !== isInvertedByUser })
    const table = shownTable()
    const span = by.tableSpan()
    if (table && span) showTable(viewport, table, span)
  }

  /** The VOI LUT that is shown instead of a window; undefined when there is none, or it cannot be. */
  const shownTable = (): VoiTable | undefined => {
    const table = userVoi ? undefined : by.initialVoi()?.table
    return table && by.tableSpan() && isUsableTable(table) ? table : undefined
  }

  const draw = (): void => {
    viewport.render()
    by.publish()
  }

  const rotation = (): number => Math.round(viewport.getViewPresentation().rotation ?? 0) % 360

  const turn = (degrees: number): void => {
    viewport.setViewPresentation({ ...viewport.getViewPresentation(), rotation: ((degrees % 360) + 360) % 360 })
  }

  const presentation = (): Omit<Presentation, 'imageIndex' | 'location'> => {
    // What waits for its first image counts, not what the empty viewport has.
    if (kept) return kept
    const { zoom = 1, pan = [0, 0], flipHorizontal = false, flipVertical = false } = viewport.getViewPresentation()
    return {
      voi: userVoi,
      zoom,
      pan: [pan[0], pan[1]],
      rotation: rotation(),
      flipHorizontal,
      flipVertical,
      invert: isInvertedByUser,
    }
  }

  const apply = (): void => {
    if (!by.initialVoi()) return
    if (kept) {
      userVoi = kept.voi
      isInvertedByUser = kept.invert
      const { zoom, pan, rotation: degrees, flipHorizontal, flipVertical } = kept
      viewport.setViewPresentation({ zoom, pan, rotation: degrees, flipHorizontal, flipVertical })
      kept = null
    }
    applyVoi()
  }

  return {
    actions: {
      setVoi(center, width, kind) {
        if (!Number.isFinite(center) || !Number.isFinite(width)) return
        const narrowest = smallestWidth(kind ?? by.initialVoi()?.function ?? 'LINEAR')
        userVoi = { center, width: Math.max(narrowest, width), ...(kind ? { function: kind } : {}) }
        if (kept) kept = { ...kept, voi: userVoi }
        applyVoi()
        draw()
      },
      invert(isInverted = !(kept?.invert ?? isInvertedByUser)) {
        isInvertedByUser = isInverted
        if (kept) kept = { ...kept, invert: isInverted }
        applyVoi()
        draw()
      },
      rotate(degrees) {
        turn(rotation() + degrees)
        draw()
      },
      flip(direction) {
        const { flipHorizontal = false, flipVertical = false } = viewport.getCamera()
        viewport.setCamera(
          direction === 'horizontal' ? { flipHorizontal: !flipHorizontal } : { flipVertical: !flipVertical },
        )
        draw()
      },
      zoomBy(factor) {
        if (!(factor > 0)) return
        viewport.setZoom(Math.max(0.02, Math.min(100, viewport.getZoom() * factor)))
        draw()
      },
      panBy(dx, dy) {
        const [x, y] = viewport.getPan()
        viewport.setPan([x + dx, y + dy])
        draw()
      },
      fit() {
        viewport.setZoom(1)
        viewport.setPan([0, 0])
        draw()
      },
      reset() {
        userVoi = null
        isInvertedByUser = false
        viewport.resetCamera()
        applyVoi()
        draw()
      },
    },
    read() {
      const { flipHorizontal = false, flipVertical = false } = viewport.getCamera()
      return { invert: isInvertedByUser, rotation: rotation(), flipHorizontal, flipVertical }
    },
    voi() {
      const { voiRange, VOILUTFunction } = viewport.getProperties() ?? {}
      if (!voiRange) return null
      const window = voiOfRange(voiRange, (VOILUTFunction ?? 'LINEAR') as VoiFunction)
      const table = userVoi ? undefined : by.initialVoi()?.table
      if (!table) return window
      return { ...window, table: { explanation: table.LUTExplanation ?? '', isApplied: shownTable() !== undefined } }
    },
    presentation,
    present(next) {
      kept = next
      apply()
      draw()
    },
    keep() {
      kept ??= presentation()
    },
    apply,
    applyVoi,
  }
}
