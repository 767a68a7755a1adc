/**
 * `GET /documents/:instanceKey`: the bytes of an encapsulated document (PS3.3 §C.24.2), PDF or text, read from the cache as they are sent.
 * Text goes out as plain text whatever it claims to be: nothing here can run in a window.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Cache, CacheError, type StoredObject } from '../cache/cache.ts'
import { inflatedObject } from '../cache/inflated-object.ts'
import { scanStoredObject } from '../cache/scan-stored-object.ts'
import { readNumbers } from '../dataset/values.ts'
import { documentElements } from '../dicom/document-elements.ts'
import { transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import { httpLimits } from './limits.ts'

/** Where the document lies in the data set. */
interface StoredDocument {
  source: Pick<StoredObject, 'read'>
  start: number
  length: number
  kind: 'pdf' | 'text'
}

type Found = StoredDocument | { refusal: 404 | 413 | 415; code: string }

/** Kinds that can be shown: PDF, and anything that is text, such as a CDA. */
const kindOf = (MIMEType: string): StoredDocument['kind'] | null => {
  const [type = ''] = MIMEType.toLowerCase().split(';')
  if (type.trim() === 'application/pdf') return 'pdf'
  return /^(text\/[\w.+-]+|application\/([\w.-]+\+)?xml)$/.test(type.trim()) ? 'text' : null
}

async function findDocument(object: StoredObject): Promise<Found> {
  const scan = await scanStoredObject(object)
  if (scan.kind !== 'complete') throw new CacheError('object-damaged', 'The stored data set cannot be read')
  const { attributes } = scan
  const element = attributes.element('EncapsulatedDocument')
  if (!element || element.items) return { refusal: 404, code: 'no-document' }
  const kind = kindOf(attributes.text('MIMETypeOfEncapsulatedDocument'))
  if (!kind) return { refusal: 415, code: 'unsupported-kind' }
  if (element.length > httpLimits.documentBytes) return { refusal: 413, code: 'too-large' }
  const stated = attributes.elements.get(documentElements.EncapsulatedDocumentLength.tag)
  const [length] = stated?.bytes ? readNumbers(stated.bytes, 'UL', attributes.littleEndian) : []
  const isPadded = length !== undefined && length === element.length - 1
  return {
    source: transferSyntaxes.get(object.TransferSyntaxUID)?.deflated ? inflatedObject(object) : object,
    start: element.offset,
    length: isPadded ? length : element.length,
    kind,
  }
}

async function* bytesOf({ source, start, length }: StoredDocument): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += httpLimits.documentStep) {
    yield await source.read(start + at, start + Math.min(at + httpLimits.documentStep, length))
  }
}

const send = (reply: FastifyReply, instanceKey: number, document: StoredDocument): FastifyReply =>
  reply
    .type(document.kind === 'pdf' ? 'application/pdf' : 'text/plain')
    .header('content-length', document.length)
    .header('content-disposition', `attachment; filename="document-${instanceKey}"`)
    .send(Readable.from(bytesOf(document), { objectMode: false }))

/** Serves the documents; `cache` is null while the data folder is locked. */
export function registerDocuments(server: FastifyInstance, cache: () => Cache | null): void {
  server.get<{ Params: { instanceKey: string } }>('/documents/:instanceKey', async (request, reply) => {
    const { instanceKey } = request.params
    if (!/^\d{1,15}$/.test(instanceKey)) return reply.code(400).send({ code: 'bad-request' })
    const opened = cache()
    if (!opened) return reply.code(503).send({ code: 'locked' })
    try {
      const found = await findDocument(await opened.open(Number(instanceKey)))
      if ('refusal' in found) return reply.code(found.refusal).send({ code: found.code })
      return send(reply, Number(instanceKey), found)
    } catch (error) {
      if (!(error instanceof CacheError)) throw error
      request.log.error({ code: error.code }, 'document failed')
      return reply.code(error.code === 'object-missing' ? 404 : 500).send({ code: error.code })
    }
  })
}
