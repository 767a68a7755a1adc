/** Query parameters of rendered resources (PS3.18 §8.3.5.1): window, viewport, quality; and the media type that the client takes. Pure. */
import type { ImageLook } from '../../contract/report.ts'
import { MAX_VIEWPORT, type Rendering } from '../../pixels/index.ts'
import { type MediaRange, rangeTakes, rangeTakesParts } from './accept.ts'
import type { Query } from './request.ts'
import { WebError } from './web-error.ts'

/** Part of a frame; null: up to its right or lower edge. */
export interface AskedRegion {
  left: number
  top: number
  width: number | null
  height: number | null
}

/** What is asked of a picture, whatever its media type. */
export interface PictureParameters {
  rendering: Omit<Rendering, 'type' | 'region'> & { region: AskedRegion | null }
  /** Null: as the image says. */
  look: ImageLook | null
  /** What was to be written on the picture: nothing is, and the answer says so (§8.3.5.1.1). */
  annotations: string[]
}

export interface RenderingParameters extends PictureParameters {
  rendering: PictureParameters['rendering'] & Pick<Rendering, 'type'>
}

/** How the pictures of several instances go out. */
export interface PicturesForm {
  type: Rendering['type']
  isMultipart: boolean
}

const bad = (name: string): WebError => new WebError(400, `bad-${name}`)
const decimal = /^[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[-+]?\d{1,3})?$/i

/** The values of `name=a,b,c`; null when it is absent. */
function valuesOf(query: Query, name: string): string[] | null {
  const value = query[name]
  if (value === undefined) return null
  if (typeof value !== 'string') throw bad(name)
  return value.split(',').map((each) => each.trim())
}

function numbers(values: string[], name: string, pattern: RegExp): number[] {
  const all = values.map((value) => (pattern.test(value) ? Number(value) : Number.NaN))
  if (!all.every(Number.isFinite)) throw bad(name)
  return all
}

const windowFunctions = { linear: 'LINEAR', 'linear-exact': 'LINEAR_EXACT', sigmoid: 'SIGMOID' } as const

/** `window=center,width,function` (§8.3.5.1.4). */
function lookOf(query: Query): ImageLook | null {
  const values = valuesOf(query, 'window')
  if (!values) return null
  const [center, width] = numbers(values.slice(0, 2), 'window', decimal)
  const kind = windowFunctions[values[2] as keyof typeof windowFunctions]
  if (values.length !== 3 || center === undefined || width === undefined || !kind) throw bad('window')
  if (width <= 0 || (kind === 'LINEAR' && width < 1)) throw bad('window')
  return { window: { center, width, function: kind } }
}

/**
 * `viewport=vw,vh` or `viewport=vw,vh,sx,sy,sw,sh` (§8.3.5.1.3), the last four of which may be left out: whole pixels. Parts that turn the
 * image over are not made.
 */
function viewportOf(query: Query): Pick<PictureParameters['rendering'], 'viewport' | 'region'> {
  const values = valuesOf(query, 'viewport')
  if (!values) return { viewport: null, region: null }
  const [size, part] = [values.slice(0, 2), values.slice(2)]
  if (size.length < 2 || part.length > 4 || part.at(-1) === '') throw bad('viewport')
  const [width = 0, height = 0] = numbers(size, 'viewport', /^\d{1,6}$/)
  if (width < 1 || height < 1 || width > MAX_VIEWPORT || height > MAX_VIEWPORT) throw bad('viewport')
  if (part.length === 0) return { viewport: { width, height }, region: null }
  const [left, top, sw, sh] = part.map((each) =>
    each === '' ? null : numbers([each], 'viewport', /^\d{1,6}(\.0+)?$/)[0],
  )
  if (sw === 0 || sh === 0) throw bad('viewport')
  return {
    viewport: { width, height },
    region: { left: left ?? 0, top: top ?? 0, width: sw ?? null, height: sh ?? null },
  }
}

/** `annotation=patient,technique` (§8.3.5.1.1). */
function annotationsOf(query: Query): string[] {
  const values = valuesOf(query, 'annotation') ?? []
  if (!values.every((value) => value === 'patient' || value === 'technique')) throw bad('annotation')
  return values
}

function qualityOf(query: Query): number {
  const [quality = 90, ...more] = numbers(valuesOf(query, 'quality') ?? ['90'], 'quality', /^\d{1,3}$/)
  if (more.length > 0 || quality < 1 || quality > 100) throw bad('quality')
  return quality
}

/** JPEG where both are taken, as the default of PS3.18 §8.7.4 is. */
const types = ['image/jpeg', 'image/png'] as const

const notAcceptable = (): WebError => new WebError(406, 'not-acceptable')

function typeOf(ranges: MediaRange[]): Rendering['type'] {
  for (const range of ranges) {
    const type = types.find((each) => rangeTakes(range, each))
    if (type) return type
  }
  throw notAcceptable()
}

/** The form that a client takes: a message of pictures, or where there is one only, it alone. Throws {@link WebError} 406. */
export function picturesForm(ranges: MediaRange[], isOne: boolean): PicturesForm {
  for (const range of ranges) {
    const part = types.find((each) => rangeTakesParts(range, each))
    if (part) return { type: part, isMultipart: true }
    const alone = isOne && types.find((each) => rangeTakes(range, each))
    if (alone) return { type: alone, isMultipart: false }
  }
  throw notAcceptable()
}

/** Throws {@link WebError} 400, also for colour profiles, which would change the picture and are not made here. */
export function pictureParameters(query: Query): PictureParameters {
  if (query.iccprofile !== undefined && query.iccprofile !== 'no') throw bad('iccprofile')
  const annotations = annotationsOf(query)
  return { rendering: { quality: qualityOf(query), ...viewportOf(query) }, look: lookOf(query), annotations }
}

/** What a client asks for of one picture. Throws {@link WebError} 400 and 406. */
export function renderingParameters(query: Query, ranges: MediaRange[]): RenderingParameters {
  const { rendering, ...others } = pictureParameters(query)
  return { rendering: { type: typeOf(ranges), ...rendering }, ...others }
}

/** What is told of annotations that were asked for; null when none were. */
export const annotationWarning = ({ annotations }: Pick<PictureParameters, 'annotations'>): string | null =>
  annotations.length === 0
    ? null
    : `299 Astreinte "The following annotation values are not supported: ${annotations.join(',')}"`
