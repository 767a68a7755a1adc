/**
 * `POST /import/offered`: bytes of a file that a window offers, streamed to who wants them; `POST /import/document`: a picture, PDF or video for
 * a study (contract/importer.ts).
 */
import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import {
  type AddedDocument,
  addedDocument,
  type ImportOutcome,
  importOutcome,
  type OfferedRead,
  offeredRead,
} from '../contract/importer.ts'
import { httpLimits } from './limits.ts'

/** Takes the bytes of a read of an offered file; resolves when nobody reads them any more. */
export type GiveOffered = (read: OfferedRead, bytes: AsyncIterable<Uint8Array>) => Promise<void>

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
  giveOffered: GiveOffered
  addDocument: AddDocument
}

/** Serves the import routes; `ways` is null while the data folder is locked. */
export function registerImport(server: FastifyInstance, ways: () => ImportWays | null): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_, payload, done) => done(null, payload))
    scope.post('/import/offered', { bodyLimit: httpLimits.offeredBodyLimit }, async (request, reply) => {
      const give = ways()?.giveOffered
      if (!give) return reply.code(503).send({ code: 'locked' })
      const read = offeredRead.safeParse(request.query)
      const body = request.body as Readable | undefined
      if (!read.success || !body) return reply.code(400).send({ code: 'bad-request' })
      // What nobody wants any more is still read to its end: a connection left in mid-body never answers again.
      await give(read.data, body.iterator({ destroyOnReturn: false })).finally(() => body.resume())
      return reply.code(204).send()
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
