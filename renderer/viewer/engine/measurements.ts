/**
 * The measurements of an engine. Cornerstone draws the shapes and moves their handles; the figures are ours, from the pixels themselves,
 * and the text beside a shape is made of the same figures that lists and reports read.
 */
import { eventTarget, type Types } from '@cornerstonejs/core'
import { annotation, Enums, type Types as ToolTypes } from '@cornerstonejs/tools'
import type { Measurement } from './engine.ts'
import { type MeasuredPlane, measureEllipse, measureLength } from './measure.ts'
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

/** A measurement as it is kept: handles in space, and what they refer to. */
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
  remove(id: string): void
  restore(id: string): void
  keep(): KeptMeasurement[]
  bring(kept: KeptMeasurement): void
  destroy(): void
}

export interface MeasurementsOptions {
  /** Finds where an annotation lies; null when it belongs to no display set of this engine. */
  placeOf(metadata: Record<string, unknown>, points: readonly Vector3[]): MeasuredPlace | null
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

const events = [
  Enums.Events.ANNOTATION_ADDED,
  Enums.Events.ANNOTATION_COMPLETED,
  Enums.Events.ANNOTATION_MODIFIED,
  Enums.Events.ANNOTATION_REMOVED,
]

export const createMeasurements = ({ placeOf, redraw }: MeasurementsOptions): Measurements => {
  const listeners = new Set<() => void>()
  const removed = new Map<string, ToolTypes.Annotation>()
  let measured: readonly Measurement[] | null = null
  let linesOf: (measurement: Measurement) => string[] = () => []

  const measure = (item: ToolTypes.Annotation): Measurement | null => {
    const tool = toolOf(item)
    const id = item.annotationUID
    const points = pointsOf(item)
    const place = placeOf(metadataOf(item), points)
    if (!tool || !id || !place) return null
    const { plane, ...where } = place
    return {
      id,
      tool,
      ...where,
      length: tool === 'length' && plane ? measureLength(plane, points) : null,
      roi: tool === 'ellipticalROI' && plane ? measureEllipse(plane, points) : null,
    }
  }

  const own = (): ToolTypes.Annotation[] =>
    (annotation.state.getAllAnnotations() as ToolTypes.Annotation[]).filter((item) => toolOf(item) !== null)

  const list = (): readonly Measurement[] => {
    measured ??= own().flatMap((item) => measure(item) ?? [])
    return measured
  }

  const changed = (): void => {
    measured = null
    for (const listener of [...listeners]) listener()
  }
  for (const event of events) eventTarget.addEventListener(event, changed)

  const add = (item: ToolTypes.Annotation): void => {
    annotation.state.addAnnotation(item, item.metadata?.FrameOfReferenceUID ?? '')
    redraw()
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
    remove(id) {
      const item = own().find(({ annotationUID }) => annotationUID === id)
      if (!item) return
      removed.set(id, item)
      annotation.state.removeAnnotation(id)
      redraw()
    },
    restore(id) {
      const item = removed.get(id)
      if (!item) return
      removed.delete(id)
      add(item)
    },
    keep() {
      return own().flatMap((item): KeptMeasurement[] => {
        const found = list().find(({ id }) => id === item.annotationUID)
        if (!found) return []
        const { id, tool, SOPInstanceUID, frame } = found
        const { viewPlaneNormal, viewUp, FrameOfReferenceUID, sliceIndex, cameraFocalPoint } = metadataOf(item)
        const metadata = { viewPlaneNormal, viewUp, FrameOfReferenceUID, sliceIndex, cameraFocalPoint }
        return [{ id, tool, points: pointsOf(item).map((point) => [...point]), metadata, SOPInstanceUID, frame }]
      })
    },
    bring({ id, tool, points, metadata }) {
      if (own().some(({ annotationUID }) => annotationUID === id)) return
      const item = {
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
            points: points.map((point) => [point[0] ?? 0, point[1] ?? 0, point[2] ?? 0] as Types.Point3),
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
      }
      add(item as unknown as ToolTypes.Annotation)
    },
    destroy() {
      for (const event of events) eventTarget.removeEventListener(event, changed)
      for (const { annotationUID } of own()) if (annotationUID) annotation.state.removeAnnotation(annotationUID)
      listeners.clear()
    },
  }
}
