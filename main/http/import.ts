/** `POST /import`: one dropped Part-10 file, streamed into the cache; `POST /import/document`: a picture, PDF or video for a study (contract/importer.ts). */
import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type AddedDocument, addedDocument, type ImportOutcome, importOutcome } from '../contract/importer.ts'
import { httpLimits } from './limits.ts'

/** Takes the bytes of one file; resolves when its object is durable, or refused. */
export type ImportFile = (bytes: AsyncIterable<Uint8Array>) => Promise<ImportOutcome>

/** Adds the bytes of a picture, PDF or video to a study; resolves when the object is durable, or refused. */
export type AddDocument = (bytes: Uint8Array, document: AddedDocument) => Promise<ImportOutcome>

/** All of a body of at most `limit` bytes; null when it is longer. */
async function gather(body: Readable, limit: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body.iterator({ destroyOnReturn: false })) {
    length += piece.length
    if (length > limit) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

export interface ImportWays {
  importFile: ImportFile
  addDocument: AddDocument
}

/** Serves the import routes; `ways` is null while the data folder is locked. */
export function registerImport(server: FastifyInstance, ways: () => ImportWays | null): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_, payload, done) => done(null, payload))
    scope.post('/import', { bodyLimit: httpLimits.importBodyLimit }, async (request, reply) => {
      const importNow = ways()?.importFile
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
    scope.post('/import/document', { bodyLimit: httpLimits.documentBytes }, async (request, reply) => {
      const add = ways()?.addDocument
      if (!add) return reply.code(503).send({ code: 'locked' })
      const document = addedDocument.safeParse(request.query)
      const body = request.body as Readable | undefined
      if (!document.success || !body) return reply.code(400).send({ code: 'bad-request' })
      const bytes = await gather(body, httpLimits.documentBytes).finally(() => body.resume())
      if (bytes === null) return reply.code(413).send({ code: 'too-large' })
      return reply.send(importOutcome.parse(await add(bytes, document.data)))
    })
  })
}
