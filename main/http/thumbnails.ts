/** `GET /thumbnails/:SeriesInstanceUID`, of one image with `instance` and `frame`, as it was looked at with `center`, `width`, `function` and `invert`: rendered on demand, remembered in memory by the series' revision, never on disk. */
import type { FastifyInstance } from 'fastify'
import { type ImageLook, keyImage } from '../contract/report.ts'
import { isUID } from '../dicom/uid.ts'
import { httpLimits } from './limits.ts'

/** One image of a series, in its own look or another; frames count from 0. */
export interface ImagePlace {
  instanceKey: number
  frame: number
  look?: ImageLook
}

/** Renders an image of the series as PNG, without a place its middle one; null when there is nothing to show. */
export type RenderThumbnail = (
  SeriesInstanceUID: string,
  image: ImagePlace | null,
  StudyInstanceUID?: string,
) => Promise<Uint8Array | null>

interface Question {
  study?: string
  revision?: string
  instance?: string
  frame?: string
  center?: string
  width?: string
  function?: string
  invert?: string
}

/** A number that is written as JavaScript writes it; undefined when it is none. */
const numberOf = (text: string): number | undefined =>
  /^-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined

/** The look that is asked for; null: the image's own; undefined when the question is none. */
function lookOf({ center, width, function: kind, invert }: Question): ImageLook | null | undefined {
  if (invert !== undefined && invert !== '1') return undefined
  const inversion = invert ? { invert: true as const } : {}
  if (center === undefined && width === undefined && kind === undefined)
    return invert ? { window: null, ...inversion } : null
  const window = keyImage.shape.window.safeParse({
    center: numberOf(center ?? ''),
    width: numberOf(width ?? ''),
    ...(kind === undefined ? {} : { function: kind }),
  })
  return window.success ? { window: window.data, ...inversion } : undefined
}

/** The image that is asked for; undefined when the question is none. */
function imageOf(question: Question): ImagePlace | null | undefined {
  const { instance, frame = '0' } = question
  if (instance === undefined) return null
  const look = lookOf(question)
  if (!/^\d{1,15}$/.test(instance) || !/^\d{1,6}$/.test(frame) || look === undefined) return undefined
  return { instanceKey: Number(instance), frame: Number(frame), ...(look ? { look } : {}) }
}

/** Values by key up to a number of bytes; the longest unused goes first. */
export function createByteCache(maxBytes: number) {
  const values = new Map<string, Uint8Array>()
  let bytes = 0
  const drop = (key: string) => {
    bytes -= values.get(key)?.length ?? 0
    values.delete(key)
  }
  return {
    get(key: string): Uint8Array | undefined {
      const value = values.get(key)
      if (!value) return undefined
      values.delete(key)
      values.set(key, value)
      return value
    },
    set(key: string, value: Uint8Array): void {
      drop(key)
      values.set(key, value)
      bytes += value.length
      for (const oldest of values.keys()) {
        if (bytes <= maxBytes) break
        drop(oldest)
      }
    },
  }
}

/** Serves the thumbnails; `render` is null while the data folder is locked. */
export function registerThumbnails(server: FastifyInstance, render: () => RenderThumbnail | null): void {
  const remembered = createByteCache(httpLimits.thumbnailBytes)
  const running = new Map<string, Promise<Uint8Array | null>>()

  async function thumbnail(
    { uid, study, revision }: { uid: string; study: string | undefined; revision: string },
    image: ImagePlace | null,
    renderNow: RenderThumbnail,
  ): Promise<Uint8Array | null> {
    const key = `${uid} ${study} ${revision} ${JSON.stringify(image)}`
    const ready = remembered.get(key)
    if (ready) return ready
    const rendering = running.get(key) ?? renderNow(uid, image, study).finally(() => running.delete(key))
    running.set(key, rendering)
    const png = await rendering
    if (png) remembered.set(key, png)
    return png
  }

  server.get<{ Params: { uid: string }; Querystring: Question }>('/thumbnails/:uid', async (request, reply) => {
    const { uid } = request.params
    const { study, revision = '' } = request.query
    const image = imageOf(request.query)
    if (!isUID(uid) || (study !== undefined && !isUID(study)) || !/^\d{0,16}$/.test(revision) || image === undefined)
      return reply.code(400).send({ code: 'bad-request' })
    const renderNow = render()
    if (!renderNow) return reply.code(503).send({ code: 'locked' })
    const png = await thumbnail({ uid, study, revision }, image, renderNow)
    return png ? reply.type('image/png').send(Buffer.from(png)) : reply.code(404).send({ code: 'nothing-to-show' })
  })
}
