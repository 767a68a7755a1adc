/** `GET /thumbnails/:SeriesInstanceUID`, of one image with `instance` and `frame`: rendered on demand, remembered in memory by the series' revision, never on disk. */
import type { FastifyInstance } from 'fastify'
import { isUID } from '../dicom/uid.ts'
import { httpLimits } from './limits.ts'

/** One image of a series; frames count from 0. */
export interface ImagePlace {
  instanceKey: number
  frame: number
}

/** Renders an image of the series as PNG, without a place its middle one; null when there is nothing to show. */
export type RenderThumbnail = (SeriesInstanceUID: string, image: ImagePlace | null) => Promise<Uint8Array | null>

interface Question {
  revision?: string
  instance?: string
  frame?: string
}

/** The image that is asked for; undefined when the question is none. */
function imageOf({ instance, frame = '0' }: Question): ImagePlace | null | undefined {
  if (instance === undefined) return null
  if (!/^\d{1,15}$/.test(instance) || !/^\d{1,6}$/.test(frame)) return undefined
  return { instanceKey: Number(instance), frame: Number(frame) }
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
    uid: string,
    revision: string,
    image: ImagePlace | null,
    renderNow: RenderThumbnail,
  ): Promise<Uint8Array | null> {
    const key = `${uid} ${revision} ${image ? `${image.instanceKey}/${image.frame}` : ''}`
    const ready = remembered.get(key)
    if (ready) return ready
    const rendering = running.get(key) ?? renderNow(uid, image).finally(() => running.delete(key))
    running.set(key, rendering)
    const png = await rendering
    if (png) remembered.set(key, png)
    return png
  }

  server.get<{ Params: { uid: string }; Querystring: Question }>('/thumbnails/:uid', async (request, reply) => {
    const { uid } = request.params
    const revision = request.query.revision ?? ''
    const image = imageOf(request.query)
    if (!isUID(uid) || !/^\d{0,16}$/.test(revision) || image === undefined)
      return reply.code(400).send({ code: 'bad-request' })
    const renderNow = render()
    if (!renderNow) return reply.code(503).send({ code: 'locked' })
    const png = await thumbnail(uid, revision, image, renderNow)
    return png ? reply.type('image/png').send(Buffer.from(png)) : reply.code(404).send({ code: 'nothing-to-show' })
  })
}
