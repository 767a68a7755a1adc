/**
 * Paints a volume rendering at the pace that the graphics card keeps: coarse while something moves or slices still come, then in parts until
 * it is full. Cornerstone draws each part as if it were the whole viewport; the picture is put together on a canvas of our own, over its.
 */
import { Enums, type Types } from '@cornerstonejs/core'
import type vtkVolume from '@kitware/vtk.js/Rendering/Core/Volume'
import { type Pose, rightOf } from './rendering-camera.ts'
import {
  createCostMeter,
  full,
  limits,
  middle,
  movingQuality,
  type Part,
  partsOf,
  type Quality,
  workOf,
} from './rendering-quality.ts'
import type { SharedVolume } from './shared-volume.ts'
import { add, scale, type Vector3 } from './vectors.ts'

/** What the camera shows: half its height in mm at the middle of the picture. */
export interface Shot {
  pose: Pose
  center: Vector3
  halfHeight: number
  /** From the middle of the block to where the camera stands, mm: outside of it. */
  distance: number
}

export type PictureQuality = 'coarse' | 'refining' | 'full'

export interface RenderingPainter {
  /** Something changed: draws it at once, or as soon as the card is free. */
  move(): void
  /** Something else on this card is being used: the finer picture waits. */
  yieldTo(): void
  /** The element has another size. */
  resize(): void
  quality(): PictureQuality
  destroy(): void
}

export interface RenderingPainterOptions {
  viewport: Types.IVolumeViewport
  actor: vtkVolume
  element: HTMLElement
  volume: SharedVolume
  shot(): Shot
  /** Samples lie half a voxel apart at best. */
  finestStep: number
  onPainted(): void
  onQuality(): void
}

/** Stillness before the picture becomes finer, ms. */
const REST = 180
/** A drawing longer than that was one that compiled a shader, ms. */
const LONGEST = 200
/** What Cornerstone draws at least, pixels. */
const SMALLEST = 8

interface Drawing {
  part: Part
  quality: Quality
}

type Controlled = Types.IVolumeViewport & { sWidth: number; sHeight: number }

export const createRenderingPainter = (options: RenderingPainterOptions): RenderingPainter => {
  const { actor, element, volume } = options
  const viewport = options.viewport as Controlled
  const mapper = actor.getMapper()
  const meter = createCostMeter()
  const compiled = new Set<string>()
  let quality: PictureQuality = 'coarse'
  let drawing: Drawing | null = null
  let isMoved = false
  let isFilled = false
  let waiting: { part: Part; quality: Quality }[] = []
  let started = 0
  let took = 0
  let timer = 0
  let isDestroyed = false

  const canvas = document.createElement('canvas')
  canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%'
  element.prepend(canvas)
  const hidden = element.querySelector<HTMLElement>(':scope > .viewport-element')
  if (hidden) hidden.style.visibility = 'hidden'

  const size = (): { width: number; height: number } => ({
    width: Math.round(element.clientWidth * window.devicePixelRatio),
    height: Math.round(element.clientHeight * window.devicePixelRatio),
  })

  const setQuality = (next: PictureQuality): void => {
    if (quality === next) return
    quality = next
    options.onQuality()
  }

  const setStep = (step: number): void => {
    const distance = options.finestStep * step
    if (mapper?.getSampleDistance() === distance) return
    mapper?.setSampleDistance(distance)
    // The opacity of one sample depends on its length; vtk.js does not see that by itself.
    actor.getProperty().getScalarOpacity(0).modified()
  }

  /** The camera of a part: the same direction, moved aside and nearer. */
  const setCamera = ({ x, y, width, height }: Part, whole: { width: number; height: number }): void => {
    const { pose, center, halfHeight, distance } = options.shot()
    const perPixel = (2 * halfHeight) / whole.height
    const aside = scale(rightOf(pose), (x + width / 2 - whole.width / 2) * perPixel)
    const above = scale(pose.up, (whole.height / 2 - y - height / 2) * perPixel)
    const focus = add(center, add(aside, above))
    const position = add(focus, scale(pose.toward, distance))
    const renderer = viewport.getRenderer()
    const camera = renderer.getActiveCamera()
    camera.setFocalPoint(...(focus as [number, number, number]))
    camera.setPosition(...(position as [number, number, number]))
    camera.setViewUp(...(pose.up as [number, number, number]))
    camera.setParallelScale((height / 2) * perPixel)
    renderer.resetCameraClippingRange()
    renderer.updateLightsGeometryToFollowCamera()
  }

  const shader = (step: number): string => `${step} ${mapper?.getBlendMode()} ${actor.getProperty().getShade()}`

  const draw = (next: Drawing): void => {
    const whole = size()
    if (whole.width < SMALLEST || whole.height < SMALLEST || isDestroyed) return
    drawing = next
    if (canvas.width !== whole.width || canvas.height !== whole.height) Object.assign(canvas, whole)
    viewport.sWidth = Math.max(SMALLEST, Math.round(next.part.width * next.quality.scale))
    viewport.sHeight = Math.max(SMALLEST, Math.round(next.part.height * next.quality.scale))
    actor.setVisibility(true)
    setStep(next.quality.step)
    setCamera(next.part, whole)
    started = performance.now()
    // The frame's own beginning is nearer to what drawing takes.
    requestAnimationFrame(() => {
      started = performance.now()
    })
    viewport.render()
  }

  /** Calls back when the graphics card is done with what it was told. */
  const whenDone = (done: () => void): void => {
    const { context } = volume.texture().get('context')
    const gl = context instanceof WebGL2RenderingContext ? context : null
    const fence = gl?.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    if (!gl || !fence) {
      done()
      return
    }
    gl.flush()
    const look = (): void => {
      if (isDestroyed) return
      const status = gl.clientWaitSync(fence, 0, 0)
      if (status === gl.TIMEOUT_EXPIRED) {
        window.setTimeout(look, 2)
        return
      }
      gl.deleteSync(fence)
      done()
    }
    look()
  }

  const onRendered = (): void => {
    const done = drawing
    if (!done || isDestroyed) return
    const { part, quality: drawn } = done
    const context = canvas.getContext('2d')
    if (!context) return
    context.imageSmoothingQuality = 'high'
    const { sWidth, sHeight } = viewport
    context.drawImage(viewport.canvas, 0, 0, sWidth, sHeight, part.x, part.y, part.width, part.height)
    // Nobody else's drawing of this viewport costs anything.
    actor.setVisibility(false)
    whenDone(() => {
      if (drawing !== done) return
      drawing = null
      took = performance.now() - started
      const key = shader(drawn.step)
      // The first drawing of its kind compiles a shader, which says nothing about the next.
      if (compiled.has(key)) meter.note(workOf(drawn, part.width * part.height), took)
      compiled.add(key)
      if (volume.blankMissing()) isFilled = true
      options.onPainted()
      next()
    })
  }

  const later = (milliseconds: number, run: () => void): void => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => {
      timer = 0
      if (!drawing) run()
    }, milliseconds)
  }

  const drawCoarse = (): void => {
    isMoved = false
    isFilled = false
    waiting = []
    const whole = size()
    setQuality('coarse')
    const part: Part = { x: 0, y: 0, ...whole }
    draw({ part, quality: movingQuality(meter, whole.width * whole.height) })
  }

  const refine = (): void => {
    const { width, height } = size()
    const passes = (meter.expect(workOf(full, width * height)) ?? 0) > limits.withoutMiddle ? [middle, full] : [full]
    waiting = passes.flatMap((pass) =>
      partsOf(width, height, meter.expect(workOf(pass, width * height)) ?? 0).map((part) => ({ part, quality: pass })),
    )
    setQuality('refining')
    next()
  }

  /** What is to be drawn after a drawing. */
  const next = (): void => {
    if (isDestroyed || drawing) return
    const piece = waiting[0]
    if (isMoved) drawCoarse()
    // While slices come, a fifth of the time is enough.
    else if (isFilled) later(5 * Math.max(4, Math.min(took, LONGEST)), drawCoarse)
    else if (piece) {
      waiting = waiting.slice(1)
      draw(piece)
    } else if (quality === 'refining') setQuality('full')
    // Nothing is known yet of what a finer picture would take.
    else if (meter.expect(1) === null) drawCoarse()
    else if (quality === 'coarse' && volume.isSettled()) later(REST, refine)
  }

  const fill = (): void => {
    isFilled = true
    if (!drawing && timer === 0) drawCoarse()
  }
  const stop = volume.subscribe(fill)
  element.addEventListener(Enums.Events.IMAGE_RENDERED, onRendered)

  const move = (): void => {
    isMoved = true
    window.clearTimeout(timer)
    timer = 0
    if (!drawing) drawCoarse()
  }

  return {
    move,
    yieldTo() {
      if (!drawing && !isMoved && !isFilled && quality !== 'full') later(REST, next)
    },
    resize() {
      // Whatever was being drawn has the wrong size, or no place at all.
      drawing = null
      move()
    },
    quality: () => quality,
    destroy() {
      isDestroyed = true
      window.clearTimeout(timer)
      stop()
      element.removeEventListener(Enums.Events.IMAGE_RENDERED, onRendered)
      canvas.remove()
    },
  }
}
