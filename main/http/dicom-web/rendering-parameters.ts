/** Query parameters of rendered resources (PS3.18 §8.3.5.1): window, viewport, quality; and the media type that the client takes. Pure. */
import type { ImageLook } from '../../contract/report.ts'
import { MAX_VIEWPORT, type Rendering } from '../../pixels/index.ts'
import { type MediaRange, rangeTakes, rangeTakesParts } from './accept.ts'
import { WebError } from './web-error.ts'

/** What is asked of a picture, whatever its media type. */
export interface PictureParameters {
  rendering: Omit<Rendering, 'type'>
  /** Null: as the image says. */
  look: ImageLook | null
}

export interface RenderingParameters extends PictureParameters {
  rendering: Rendering
}

/** How the pictures of several instances go out. */
export interface PicturesForm {
  type: Rendering['type']
  isMultipart: boolean
}

type Query = Record<string, unknown>

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

/** `viewport=vw,vh` or `viewport=vw,vh,sx,sy,sw,sh` (§8.3.5.1.3): whole pixels; parts that turn the image over are not made. */
function viewportOf(query: Query): Pick<Rendering, 'viewport' | 'region'> {
  const values = valuesOf(query, 'viewport')
  if (!values) return { viewport: null, region: null }
  if (values.length !== 2 && values.length !== 6) throw bad('viewport')
  const [width = 0, height = 0, left = 0, top = 0, sw, sh] = numbers(values, 'viewport', /^\d{1,6}$/)
  if (width < 1 || height < 1 || width > MAX_VIEWPORT || height > MAX_VIEWPORT) throw bad('viewport')
  if (sw === undefined || sh === undefined) return { viewport: { width, height }, region: null }
  if (sw < 1 || sh < 1) throw bad('viewport')
  return { viewport: { width, height }, region: { left, top, width: sw, height: sh } }
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

/** Throws {@link WebError} 400, also for what would change the picture and is not made here (`annotation`, colour profiles). */
export function pictureParameters(query: Query): PictureParameters {
  if (query.annotation !== undefined) throw bad('annotation')
  if (query.iccprofile !== undefined && query.iccprofile !== 'no') throw bad('iccprofile')
  return { rendering: { quality: qualityOf(query), ...viewportOf(query) }, look: lookOf(query) }
}

/** What a client asks for of one picture. Throws {@link WebError} 400 and 406. */
export function renderingParameters(query: Query, ranges: MediaRange[]): RenderingParameters {
  const { rendering, look } = pictureParameters(query)
  return { rendering: { type: typeOf(ranges), ...rendering }, look }
}
