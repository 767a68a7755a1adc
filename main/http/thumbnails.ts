/** `GET /thumbnails/:SeriesInstanceUID`: rendered on demand, remembered in memory by the series' revision, never on disk. */
import type { FastifyInstance } from 'fastify'
import { isUID } from '../dicom/uid.ts'
import { httpLimits } from './limits.ts'

/** Renders the series' middle image as PNG; null when the series has nothing to show. */
export type RenderThumbnail = (SeriesInstanceUID: string) => Promise<Uint8Array | null>

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

  async function thumbnail(uid: string, revision: string, renderNow: RenderThumbnail): Promise<Uint8Array | null> {
    const key = `${uid} ${revision}`
    const ready = remembered.get(key)
    if (ready) return ready
    const rendering = running.get(key) ?? renderNow(uid).finally(() => running.delete(key))
    running.set(key, rendering)
    const png = await rendering
    if (png) remembered.set(key, png)
    return png
  }

  server.get<{ Params: { uid: string }; Querystring: { revision?: string } }>(
    '/thumbnails/:uid',
    async (request, reply) => {
      const { uid } = request.params
      const revision = request.query.revision ?? ''
      if (!isUID(uid) || !/^\d{0,16}$/.test(revision)) return reply.code(400).send({ code: 'bad-request' })
      const renderNow = render()
      if (!renderNow) return reply.code(503).send({ code: 'locked' })
      const png = await thumbnail(uid, revision, renderNow)
      return png ? reply.type('image/png').send(Buffer.from(png)) : reply.code(404).send({ code: 'nothing-to-show' })
    },
  )
}
