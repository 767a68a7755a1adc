/**
 * Shows a stack by the image's own curve instead of a window: Cornerstone knows windows only, so the colour table of the drawn image is
 * set below it. Each texel of the graphics card's table lies on an entry of the curve, so that whole values are painted exactly.
 */
import { type Types, utilities } from '@cornerstonejs/core'
import { curveOf, type VoiTable } from './voi-table.ts'

type Viewport = Types.IStackViewport | Types.IVolumeViewport
type Transfer = ReturnType<typeof utilities.createLinearRGBTransferFunction>

/** What is used of the drawn image, a slice or a volume. */
interface Drawn {
  getMapper(): { setColorTextureWidth(width: number): boolean }
  getProperty(): {
    getRGBTransferFunction(component: number): Transfer | null
    setRGBTransferFunction(component: number, transfer: Transfer): boolean
  }
}

/** vtk.js' own width of a colour table, for windows. */
const WINDOW_TEXELS = 1024

/** Width that every graphics card takes; longer curves are sampled, with straight lines between. */
const MOST_TEXELS = 4096

/** Colour tables that are curves, not windows. */
const curves = new WeakSet<object>()

const drawnIn = (viewport: Viewport): Drawn | undefined =>
  viewport.getDefaultActor()?.actor as unknown as Drawn | undefined

const show = (drawn: Drawn, transfer: Transfer, texels: number): void => {
  drawn.getMapper().setColorTextureWidth(texels)
  drawn.getProperty().setRGBTransferFunction(0, transfer)
}

/** Paints by the table, inverted as the viewport is. `span`: smallest and largest value of the image. */
export const showTable = (viewport: Viewport, table: VoiTable, { min, max }: { min: number; max: number }): void => {
  const drawn = drawnIn(viewport)
  if (!drawn) return
  const { first, step, levels } = curveOf(table, min, max, MOST_TEXELS)
  const isInverted = viewport.getProperties()?.invert === true
  const colours = levels.flatMap((level) => {
    const shown = isInverted ? 1 - level : level
    return [shown, shown, shown]
  })
  // Half a step on both sides: a texel's value is that of its middle.
  const [lower, upper] = [first - step / 2, first + (levels.length - 0.5) * step]
  const transfer = utilities.createLinearRGBTransferFunction({ lower, upper })
  transfer.buildFunctionFromTable(lower, upper, levels.length, colours)
  curves.add(transfer)
  show(drawn, transfer, levels.length)
}

/** Takes a curve away again, so that a window can be set. */
export const showWindow = (viewport: Viewport): void => {
  const drawn = drawnIn(viewport)
  const { voiRange, invert } = viewport.getProperties() ?? {}
  const transfer = drawn?.getProperty().getRGBTransferFunction(0)
  if (!drawn || !voiRange || !transfer || !curves.has(transfer)) return
  const window = utilities.createLinearRGBTransferFunction(voiRange)
  if (invert) utilities.invertRgbTransferFunction(window)
  show(drawn, window, WINDOW_TEXELS)
}
