/** `POST /import`: one dropped Part-10 file, streamed into the cache (contract/importer.ts). */
import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type ImportOutcome, importOutcome } from '../contract/importer.ts'
import { httpLimits } from './limits.ts'

/** Takes the bytes of one file; resolves when its object is durable, or refused. */
export type ImportFile = (bytes: AsyncIterable<Uint8Array>) => Promise<ImportOutcome>

/** Serves the import route; `importFile` is null while the data folder is locked. */
export function registerImport(server: FastifyInstance, importFile: () => ImportFile | null): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_, payload, done) => done(null, payload))
    scope.post('/import', { bodyLimit: httpLimits.importBodyLimit }, async (request, reply) => {
      const importNow = importFile()
      if (!importNow) return reply.code(503).send({ code: 'locked' })
      if (Number(request.headers['content-length'] ?? 0) > httpLimits.importBodyLimit) {
        return reply.code(413).send({ code: 'too-large' })
      }
      const body = request.body as Readable | undefined
      if (!body) return reply.send({ outcome: 'refused', reason: 'not-dicom' })
      // What is refused by its first bytes is still read to its end: a connection left in mid-body never answers again.
      const bytes = body.iterator({ destroyOnReturn: false })
      return reply.send(importOutcome.parse(await importNow(bytes).finally(() => body.resume())))
    })
  })
}
