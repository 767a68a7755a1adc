/** A volume rendering: the same volume as the planes', seen from any side. What it looks like is kept; nothing is measured on it. */
import type { RenderingEngine, Types } from '@cornerstonejs/core'
import vtkPiecewiseFunction from '@kitware/vtk.js/Common/DataModel/PiecewiseFunction'
import vtkColorTransferFunction from '@kitware/vtk.js/Rendering/Core/ColorTransferFunction'
import type vtkVolume from '@kitware/vtk.js/Rendering/Core/Volume'
import type { Rendering, ViewportState } from './engine.ts'
import { lossyOfAll } from './lossy.ts'
import {
  facingLetters,
  lettersOfPose,
  type Pose,
  rightOf,
  rolled,
  standardPoses,
  standardViewOf,
  turned,
} from './rendering-camera.ts'
import { createRenderingPainter } from './rendering-painter.ts'
import { followGestures } from './rendering-pointer.ts'
import { presetsFor, type RenderingPresetName, shiftStep, transferFunctions } from './rendering-presets.ts'
import type { SharedVolume } from './shared-volume.ts'
import { add, scale, type Vector3 } from './vectors.ts'
import { clearElement, type EngineView, unmoved } from './view-context.ts'
import { pixelUnit, rangeOfVoi } from './voi.ts'

/** How a rendering looks, kept over remounts and reloads. */
export interface RenderingLook {
  preset: RenderingPresetName
  shift: number
  density: number
  pose: Pose
  zoom: number
  /** From the middle of the block to the middle of the picture, mm. */
  offset: Vector3
}

export interface RenderingEngineView extends EngineView {
  readonly rendering: Rendering
  look(): RenderingLook
  /** The finer picture waits while other viewports are drawn. */
  yieldTo(): void
  /** Draws what it has so far. */
  start(): void
}

export interface RenderingViewOptions {
  id: string
  element: HTMLDivElement
  renderingEngine: RenderingEngine
  volume: SharedVolume
  kept: RenderingLook | undefined
  stackIndex(): number | null
  onPainted(): void
}

/** Degrees that a drag across the shorter side of the viewport turns. */
const DRAG_TURN = 180
const densityLimits = { least: 0.05, most: 20 } as const

export const createRenderingView = (options: RenderingViewOptions): RenderingEngineView => {
  const { id, element, renderingEngine, volume } = options
  const { store } = volume
  const viewport = renderingEngine.getViewport(id) as Types.IVolumeViewport
  const actor = viewport.getDefaultActor()?.actor as unknown as vtkVolume
  const block = volume.block()
  const listeners = new Set<() => void>()
  const firstHeader = store.frames[0]?.header
  const unit = firstHeader ? pixelUnit(firstHeader) : ''
  const presets = presetsFor(unit)
  const voi = volume.initialVoi()
  const window = voi ? rangeOfVoi(voi) : { lower: 0, upper: 1 }
  let isClosed = false
  let state: ViewportState | null = null

  const half = block.axes.map((axis, index) =>
    scale(axis, ((block.spacing[index] ?? 1) * ((block.dimensions[index] ?? 1) - 1)) / 2),
  )
  const middle = half.reduce<Vector3>(add, block.origin)
  const radius = Math.hypot(...half.map((side) => Math.hypot(...side)))
  /** Half the longest side of the block: what the standard views have to show, with a little room. */
  const reach = 1.06 * Math.max(...half.map((side) => Math.hypot(...side)))

  const initial = (): RenderingLook => ({
    preset: (presets[0] as (typeof presets)[number]).name,
    shift: 0,
    density: 1,
    pose: standardPoses.anterior,
    zoom: 1,
    offset: [0, 0, 0],
  })
  let look: RenderingLook = { ...initial(), ...options.kept }
  const preset = () => presets.find(({ name }) => name === look.preset) ?? (presets[0] as (typeof presets)[number])
  if (preset().name !== look.preset) look = { ...look, preset: preset().name, shift: 0, density: 1 }

  const halfHeight = (): number => {
    const { clientWidth = 1, clientHeight = 1 } = element
    return reach / look.zoom / Math.min(1, clientWidth / Math.max(1, clientHeight))
  }
  const mmPerPixel = (): number => (2 * halfHeight()) / Math.max(1, element.clientHeight)

  const applyPreset = (): void => {
    const { opacity, colour } = transferFunctions(preset(), unit, window, look)
    const opacities = vtkPiecewiseFunction.newInstance()
    for (const [value, amount] of opacity) opacities.addPoint(value, amount)
    const colours = vtkColorTransferFunction.newInstance()
    for (const [value, red, green, blue] of colour) colours.addRGBPoint(value, red, green, blue)
    const property = actor.getProperty()
    property.setScalarOpacity(0, opacities)
    property.setRGBTransferFunction(0, colours)
    property.setScalarOpacityUnitDistance(0, 1)
    property.setInterpolationTypeToFastLinear()
    const { light, isProjection } = preset()
    property.setShade(light !== null)
    if (light) {
      property.setAmbient(light.ambient)
      property.setDiffuse(light.diffuse)
      property.setSpecular(light.specular)
      property.setSpecularPower(light.power)
    }
    const mapper = actor.getMapper()
    if (isProjection) mapper?.setBlendModeToMaximumIntensity()
    else mapper?.setBlendModeToComposite()
  }

  const read = (): ViewportState => {
    const { loaded, total } = store.loadState()
    return {
      imageIndex: options.stackIndex() ?? 0,
      imageCount: 0,
      frame: null,
      status: loaded === total ? 'painted' : 'waiting',
      notDisplayable: null,
      voi: null,
      unit: '',
      invert: false,
      zoom: block.spacing[0] / mmPerPixel(),
      rotation: 0,
      flipHorizontal: false,
      flipVertical: false,
      orientation: lettersOfPose(look.pose),
      scale: null,
      slice: null,
      lossy: lossyOfAll(store.frames.map((frame) => frame.header)),
      pointer: null,
      rendering: {
        preset: look.preset,
        presets: presets.map(({ name }) => name),
        shift: look.shift,
        density: look.density,
        unit,
        seenFrom: standardViewOf(look.pose),
        facing: facingLetters(look.pose),
        quality: painter.quality(),
      },
    }
  }

  const publish = (): void => {
    if (isClosed) return
    state = read()
    for (const listener of [...listeners]) listener()
  }

  const painter = createRenderingPainter({
    viewport,
    actor,
    element,
    volume,
    shot: () => ({ pose: look.pose, center: add(middle, look.offset), halfHeight: halfHeight(), distance: 2 * radius }),
    finestStep: block.spacing.reduce((sum, spacing) => sum + spacing, 0) / 6,
    onPainted: options.onPainted,
    onQuality: publish,
  })

  const change = (next: Partial<RenderingLook>): void => {
    const before = look
    look = { ...look, ...next }
    if (before.preset !== look.preset || before.shift !== look.shift || before.density !== look.density) applyPreset()
    painter.move()
    publish()
  }

  const zoomBy = (factor: number): void => {
    if (factor > 0) change({ zoom: Math.max(0.2, Math.min(40, look.zoom * factor)) })
  }
  const panBy = (dx: number, dy: number): void => {
    const perPixel = mmPerPixel()
    const { pose, offset } = look
    change({ offset: add(offset, add(scale(rightOf(pose), -dx * perPixel), scale(pose.up, dy * perPixel))) })
  }

  const rendering: Rendering = {
    setPreset(name) {
      if (presets.some((one) => one.name === name)) change({ preset: name, shift: 0, density: 1 })
    },
    shiftBy: (steps) => change({ shift: look.shift + steps * shiftStep(unit, window) }),
    densify(factor) {
      if (factor > 0)
        change({ density: Math.max(densityLimits.least, Math.min(densityLimits.most, look.density * factor)) })
    },
    turn: (right, down) => change({ pose: turned(look.pose, right, down) }),
    roll: (degrees) => change({ pose: rolled(look.pose, degrees) }),
    seeFrom: (view) => change({ pose: standardPoses[view] }),
  }

  const perPixel = (): number => DRAG_TURN / Math.max(1, Math.min(element.clientWidth, element.clientHeight))
  const stops = [
    followGestures(element, {
      turn: (dx, dy) => rendering.turn(dx * perPixel(), dy * perPixel()),
      tune(dx, dy) {
        change({
          shift: look.shift + (dx / 5) * shiftStep(unit, window),
          density: Math.max(densityLimits.least, Math.min(densityLimits.most, look.density * Math.exp(-dy / 120))),
        })
      },
      pan: panBy,
      zoom: zoomBy,
    }),
    volume.subscribe(publish),
  ]

  const close = (): void => {
    if (isClosed) return
    isClosed = true
    for (const stop of stops) stop()
    painter.destroy()
    renderingEngine.disableElement(id)
    clearElement(element)
    listeners.clear()
  }

  applyPreset()

  return {
    id,
    element,
    plane: null,
    rendering,
    get displaySetId() {
      return store.displaySet.displaySetId
    },
    state: () => {
      state ??= read()
      return state
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    scrollTo: () => undefined,
    scrollBy: () => undefined,
    setVoi: () => undefined,
    // A mirrored or inverted rendering would show something that is not there.
    invert: () => undefined,
    flip: () => undefined,
    rotate: rendering.roll,
    zoomBy,
    panBy,
    fit: () => change({ zoom: 1, offset: [0, 0, 0] }),
    reset: () => change({ ...initial(), preset: look.preset }),
    stackIndex: options.stackIndex,
    resize() {
      painter.resize()
      publish()
    },
    look: () => look,
    start: painter.move,
    yieldTo: painter.yieldTo,
    presentation: () => unmoved(options.stackIndex() ?? 0),
    present: () => undefined,
    redraw: () => undefined,
    update: publish,
    destroy: close,
  }
}
