/**
 * The measurements of an engine. Cornerstone draws the shapes and moves their handles; the figures are ours, from the pixels themselves,
 * and the text beside a shape is made of the same figures that lists and reports read.
 */
import { eventTarget, type Types } from '@cornerstonejs/core'
import { annotation, Enums, type Types as ToolTypes } from '@cornerstonejs/tools'
import type { Measurement } from './engine.ts'
import { type MeasuredPlane, measureEllipse, measureLength } from './measure.ts'
import { type MeasuredImage, measurementContent, type Shape } from './measurement-content.ts'
import { annotationTools } from './tools.ts'
import type { Vector3 } from './vectors.ts'

/** Where a measurement lies: display set, image, and the plane of pixels it is taken from. */
export interface MeasuredPlace {
  displaySetId: string
  SOPInstanceUID: string | null
  frame: number | null
  imageIndex: number
  /** Null while its pixels are not all there. */
  plane: MeasuredPlane | null
}

/** The same with what a measurement says of it when it is kept. */
export interface FoundPlace extends MeasuredPlace {
  /** Null while its plane is not known. */
  image: MeasuredImage | null
  /** All pixels that it measures are here: figures are final. */
  isWhole: boolean
}

/** A measurement as a saved state of an earlier version has it. */
export interface KeptMeasurement {
  id: string
  tool: Measurement['tool']
  points: number[][]
  metadata: Record<string, unknown>
  SOPInstanceUID: string | null
  frame: number | null
}

export interface Measurements {
  list(): readonly Measurement[]
  subscribe(listener: () => void): () => void
  textLines(data: object): string[]
  /** Who makes those lines. */
  setText(lines: (measurement: Measurement) => string[]): void
  /** Pixels came or went: figures are taken anew. */
  refresh(): void
  /** Other planes are shown: shapes of other display sets are hidden in them. Null: nothing but stacks is shown. */
  showOnly(displaySetId: string | null): void
  remove(id: string): void
  /** False when it was never drawn here. */
  restore(id: string): boolean
  has(id: string): boolean
  /** Draws a shape, or gives one that is drawn its new points. */
  bring(shape: Shape): void
  /** Draws a shape that is still being made: it is kept once it is finished. */
  sketch(shape: Shape): void
  finish(id: string): void
  pointsOf(id: string): Vector3[] | null
  select(id: string | null): void
  destroy(): void
}

export interface MeasurementsOptions {
  /** Finds where an annotation lies; null when it belongs to no display set of this engine. */
  placeOf(metadata: Record<string, unknown>, points: readonly Vector3[]): FoundPlace | null
  redraw(): void
}

const toolOf = (item: ToolTypes.Annotation): Measurement['tool'] | null => {
  const name = item.metadata?.toolName
  if (name === annotationTools.length) return 'length'
  return name === annotationTools.ellipticalROI ? 'ellipticalROI' : null
}

const metadataOf = (item: ToolTypes.Annotation): Record<string, unknown> => ({ ...item.metadata })

const pointsOf = (item: ToolTypes.Annotation): Vector3[] =>
  (item.data?.handles?.points ?? []).map((point) => [point[0], point[1], point[2]] as Vector3)

/** A shape without extent is none. */
const hasExtent = ([first, ...others]: readonly Vector3[]): boolean =>
  others.some((point) => point.some((value, axis) => value !== first?.[axis]))

const worldPoints = (points: readonly Vector3[]): Types.Point3[] => points.map(([x, y, z]) => [x, y, z])

const annotationOf = ({ id, tool, points, metadata }: Shape): ToolTypes.Annotation =>
  ({
    annotationUID: id,
    highlighted: false,
    invalidated: false,
    isLocked: false,
    isVisible: true,
    metadata: { ...metadata, toolName: annotationTools[tool] },
    data: {
      label: '',
      cachedStats: {},
      handles: {
        points: worldPoints(points),
        activeHandleIndex: null,
        textBox: {
          hasMoved: false,
          worldPosition: [0, 0, 0],
          worldBoundingBox: {
            topLeft: [0, 0, 0],
            topRight: [0, 0, 0],
            bottomLeft: [0, 0, 0],
            bottomRight: [0, 0, 0],
          },
        },
      },
    },
  }) as unknown as ToolTypes.Annotation

/**
 * Leaves a shape to its plane. With a restriction Cornerstone asks nothing else, and one that it makes of a single point, as for a shape that
 * is being begun, holds for every plane through that point: the shape would be drawn, and could be pulled, in planes in which it does not lie.
 */
const keepInPlane = (item: ToolTypes.Annotation): void => {
  delete item.metadata?.planeRestriction
}

const events = [Enums.Events.ANNOTATION_ADDED, Enums.Events.ANNOTATION_MODIFIED, Enums.Events.ANNOTATION_REMOVED]

export const createMeasurements = ({ placeOf, redraw }: MeasurementsOptions): Measurements => {
  const listeners = new Set<() => void>()
  const removed = new Map<string, ToolTypes.Annotation>()
  /** Finished shapes: one that is being drawn is no measurement yet. */
  const finished = new Set<string>()
  let shown: string | null = null
  let selected: string | null = null
  let measured: readonly Measurement[] | null = null
  let linesOf: (measurement: Measurement) => string[] = () => []

  const measure = (item: ToolTypes.Annotation): Measurement | null => {
    const tool = toolOf(item)
    const id = item.annotationUID
    const points = pointsOf(item)
    const place = placeOf(metadataOf(item), points)
    if (!tool || !id || !place) return null
    const { plane, image, isWhole, ...where } = place
    // A plane of a volume is known again by this after the volume was made anew.
    Object.assign(item.metadata ?? {}, { displaySetId: place.displaySetId })
    const arePending = tool === 'ellipticalROI' && !isWhole
    const figures = {
      length: tool === 'length' && plane ? measureLength(plane, points) : null,
      roi: tool === 'ellipticalROI' && plane && isWhole ? measureEllipse(plane, points) : null,
    }
    const shape = { id, tool, points, metadata: metadataOf(item) }
    // Kept as soon as it is drawn: figures that wait for pixels must not cost the shape.
    const content = finished.has(id) && image ? measurementContent(shape, figures, image, arePending) : null
    return { id, tool, ...where, ...figures, content }
  }

  const own = (): ToolTypes.Annotation[] =>
    (annotation.state.getAllAnnotations() as ToolTypes.Annotation[]).filter((item) => toolOf(item) !== null)

  const find = (id: string): ToolTypes.Annotation | undefined => own().find(({ annotationUID }) => annotationUID === id)

  const list = (): readonly Measurement[] => {
    measured ??= own().flatMap((item) => measure(item) ?? [])
    return measured
  }

  const setVisible = (item: ToolTypes.Annotation): void => {
    const of = metadataOf(item).displaySetId
    item.isVisible = shown === null || of === undefined || of === shown
  }

  const changed = (): void => {
    measured = null
    for (const listener of [...listeners]) listener()
  }
  const added = (event: Event): void => {
    const item = (event as CustomEvent<{ annotation: ToolTypes.Annotation }>).detail.annotation
    if (toolOf(item)) keepInPlane(item)
  }
  const completed = (event: Event): void => {
    const item = (event as CustomEvent<{ annotation: ToolTypes.Annotation }>).detail.annotation
    const id = item.annotationUID
    if (id && toolOf(item) && !hasExtent(pointsOf(item))) annotation.state.removeAnnotation(id)
    else if (id) finished.add(id)
    changed()
  }
  eventTarget.addEventListener(Enums.Events.ANNOTATION_ADDED, added)
  for (const event of events) eventTarget.addEventListener(event, changed)
  eventTarget.addEventListener(Enums.Events.ANNOTATION_COMPLETED, completed)

  const add = (item: ToolTypes.Annotation): void => {
    setVisible(item)
    keepInPlane(item)
    annotation.state.addAnnotation(item, item.metadata?.FrameOfReferenceUID ?? '')
    if (selected !== null && item.annotationUID === selected) annotation.selection.setAnnotationSelected(selected, true)
    redraw()
  }

  const draw = (shape: Shape): void => {
    const item = find(shape.id)
    if (!item) add(annotationOf(shape))
    else if (item.data.handles) {
      item.data.handles.points = worldPoints(shape.points)
      changed()
      redraw()
    }
  }

  return {
    list,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    textLines(data) {
      const item = own().find((candidate) => candidate.data === data)
      const found = item && list().find(({ id }) => id === item.annotationUID)
      return found ? linesOf(found) : []
    },
    setText(lines) {
      linesOf = lines
      if (own().length > 0) redraw()
    },
    refresh() {
      if (own().length === 0) return
      changed()
      redraw()
    },
    showOnly(displaySetId) {
      // Measured once, so that each knows its display set.
      list()
      shown = displaySetId
      for (const item of own()) setVisible(item)
      changed()
    },
    remove(id) {
      const item = find(id)
      if (!item) return
      removed.set(id, item)
      annotation.state.removeAnnotation(id)
      redraw()
    },
    restore(id) {
      const item = removed.get(id)
      if (!item) return false
      removed.delete(id)
      add(item)
      return true
    },
    has: (id) => find(id) !== undefined,
    bring(shape) {
      finished.add(shape.id)
      removed.delete(shape.id)
      draw(shape)
    },
    sketch: draw,
    finish(id) {
      finished.add(id)
      changed()
    },
    pointsOf(id) {
      const item = find(id)
      return item ? pointsOf(item) : null
    },
    select(id) {
      selected = id
      if (id !== null && find(id)) annotation.selection.setAnnotationSelected(id, true)
      else annotation.selection.deselectAnnotation()
      redraw()
    },
    destroy() {
      eventTarget.removeEventListener(Enums.Events.ANNOTATION_ADDED, added)
      for (const event of events) eventTarget.removeEventListener(event, changed)
      eventTarget.removeEventListener(Enums.Events.ANNOTATION_COMPLETED, completed)
      for (const { annotationUID } of own()) if (annotationUID) annotation.state.removeAnnotation(annotationUID)
      listeners.clear()
    },
  }
}
