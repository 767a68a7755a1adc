/** `POST /pixels`: the frames of a series in one stream, in the order the viewer wants them. */
import type { FastifyInstance } from 'fastify'
import { pixelRequest } from '../../contract/viewer.ts'
import { httpLimits } from '../limits.ts'
import type { FrameReader } from './frame-reader.ts'
import { streamFrames } from './pixel-stream.ts'

/** Serves the pixel stream; `reader` is null while the data folder is locked. */
export function registerPixels(server: FastifyInstance, reader: () => FrameReader | null): void {
  server.post('/pixels', { bodyLimit: httpLimits.pixelBodyLimit }, async (request, reply) => {
    const wanted = pixelRequest.safeParse(request.body)
    if (!wanted.success) return reply.code(400).send({ code: 'bad-request' })
    const read = reader()
    if (!read) return reply.code(503).send({ code: 'locked' })
    const gone = new AbortController()
    reply.raw.on('close', () => gone.abort())
    reply.hijack()
    const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined)
    reply.raw.writeHead(200, { ...Object.fromEntries(headers), 'content-type': 'application/octet-stream' })
    try {
      await streamFrames(reply.raw, wanted.data.frames, read, gone.signal)
    } catch (error) {
      request.log.error({ code: (error as { code?: unknown }).code }, 'pixel stream failed')
      reply.raw.destroy()
    }
    return reply
  })
}
