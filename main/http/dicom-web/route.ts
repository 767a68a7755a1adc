/** `/dicom-web`: QIDO-RS, WADO-RS and STOW-RS (PS3.18 §10.4 – §10.6) on the cache. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Cache, CacheError, type StoredObject } from '../../cache/cache.ts'
import { isUID } from '../../dicom/uid.ts'
import type { PixelService } from '../../pixels/index.ts'
import type { FrameReader } from '../pixels/frame-reader.ts'
import { findElementValue } from '../stored-attributes.ts'
import { parseAccept, rangeTakes } from './accept.ts'
import { bulkDataForm, OCTETS, piecesOf, sendValue } from './bulk-data.ts'
import { capabilities, WADL } from './capabilities.ts'
import { chooseFrameEncoding, frameBytes, frameParts, parseFrameList } from './frames.ts'
import { sendHead, sendNothing } from './head.ts'
import { acceptedJson, entityTag, sendJson } from './json-answer.ts'
import { metadataOf } from './metadata.ts'
import { type Multipart, onePart } from './multipart.ts'
import type { InstanceUids } from './rendered-picture.ts'
import { registerRendered } from './rendered-route.ts'
import { checkCharset, checkEncoding, type Query } from './request.ts'
import { allowedMethods } from './resources.ts'
import { acceptableObjects, fileParts, instanceForm, type OtherEncodings, openAll, singleFile } from './retrieve.ts'
import { type ResourceUids, search } from './search.ts'
import type { SearchLevel } from './search-levels.ts'
import { searchParameters } from './search-parameters.ts'
import type { StoreObjects } from './store.ts'
import { registerStore, type StoreOptions } from './store-route.ts'
import { WebError } from './web-error.ts'

/** Each is null while the data folder is locked. */
export interface DicomWebServices {
  cache(): Cache | null
  reader(): FrameReader | null
  pixels(): Pick<PixelService, 'render' | 'decode'> | null
  storeObjects(): StoreObjects | null
  /** None while the data folder is locked. */
  otherEncodings: OtherEncodings
}

export interface DicomWebOptions extends DicomWebServices, StoreOptions {
  /** A tool read something of a study, and was answered; called for every request. */
  onRead?(StudyInstanceUID: string, address: string): void
  /** Address of this service as the client knows it, `http://127.0.0.1:PORT/dicom-web`. */
  root(request: FastifyRequest): string
}

interface Params {
  study?: string
  series?: string
  instance?: string
  frames?: string
}

const STUDY = '/studies/:study'
const SERIES = `${STUDY}/series/:series`
const INSTANCE = `${SERIES}/instances/:instance`

/** UIDs of the address; throws {@link WebError} 400 when one is none. */
function uidsOf(request: FastifyRequest): ResourceUids {
  const { study, series, instance } = request.params as Params
  for (const uid of [study, series, instance]) if (uid !== undefined && !isUID(uid)) throw new WebError(400, 'bad-uid')
  return {
    ...(study ? { StudyInstanceUID: study } : {}),
    ...(series ? { SeriesInstanceUID: series } : {}),
    ...(instance ? { SOPInstanceUID: instance } : {}),
  }
}

/** What the client accepts: its header, or the `accept` of the query, which goes first (PS3.18 §8.3.3.1). Throws {@link WebError} 400. */
const acceptOf = (request: FastifyRequest) => {
  checkEncoding(request.url)
  checkCharset(request.query as Query)
  const { accept = request.headers.accept } = request.query as { accept?: string | string[] }
  return parseAccept(Array.isArray(accept) ? accept.join() : accept)
}

/** Of a HEAD nothing is read that nobody is sent. */
const sendStream = (reply: FastifyReply, contentType: string, body: AsyncIterable<Uint8Array>) => {
  reply.header('content-type', contentType)
  if (reply.request.method === 'HEAD') return sendHead(reply)
  return reply.send(Readable.from(body, { objectMode: false, highWaterMark: 1024 * 1024 }))
}
const sendMultipart = (reply: FastifyReply, message: Multipart) => {
  if (message.length !== undefined) reply.header('content-length', message.length)
  return sendStream(reply, message.contentType, message.body)
}

/** Throws {@link WebError} 503 while the data folder is locked. */
function required<T>(value: T | null): T {
  if (value === null) throw new WebError(503, 'locked')
  return value
}

/** Serves DICOMweb below the prefix it is registered with. */
export async function registerDicomWeb(server: FastifyInstance, options: DicomWebOptions): Promise<void> {
  const cache = () => required(options.cache())
  // Windows carry a cookie, and what they open is told by them. Told before the first byte goes: who cuts it in the middle has read as well.
  server.addHook('onSend', async (request, reply) => {
    const { study } = request.params as Params
    const isTool = request.headers.authorization !== undefined
    if (isTool && study && request.method === 'GET' && reply.statusCode < 300) options.onRead?.(study, request.ip)
  })
  const addressOf = (root: string, object: InstanceUids) =>
    `${root}/studies/${object.StudyInstanceUID}/series/${object.SeriesInstanceUID}/instances/${object.SOPInstanceUID}`

  /** Keys of the current instances of the resource; throws {@link WebError} 404 without any. */
  async function keysOf(uids: ResourceUids): Promise<number[]> {
    const { StudyInstanceUID = '', SeriesInstanceUID, SOPInstanceUID } = uids
    if (SOPInstanceUID !== undefined) {
      const key = await cache().findInstance({ ...uids, SOPInstanceUID })
      if (key === null) throw new WebError(404, 'not-found')
      return [key]
    }
    const keys = await cache().listInstanceKeys({
      StudyInstanceUID,
      ...(SeriesInstanceUID ? { SeriesInstanceUID } : {}),
    })
    if (keys.length === 0) throw new WebError(404, 'not-found')
    return keys
  }

  const searchAt = (path: string, level: SearchLevel) =>
    server.get(path, async (request, reply) => {
      const type = acceptedJson(acceptOf(request))
      const parameters = searchParameters(level, request.query as Query)
      const { results, warnings } = await search(cache(), level, uidsOf(request), parameters, options.root(request))
      if (warnings.length > 0) reply.header('warning', warnings.join(', '))
      if (results.length === 0) return sendNothing(reply.code(204))
      const text = JSON.stringify(results)
      return sendJson(request, reply, { type, tag: entityTag([text, ...warnings]), body: async () => [text] })
    })

  const retrieveAt = (path: string) =>
    server.get(path, async (request, reply) => {
      const uids = uidsOf(request)
      const root = options.root(request)
      const ranges = acceptOf(request)
      const form = instanceForm(ranges, uids.SOPInstanceUID !== undefined)
      if (!form) throw new WebError(406, 'not-acceptable')
      const all = await openAll(cache(), await keysOf(uids))
      const objects = acceptableObjects(all, ranges, options.otherEncodings)
      const [only] = objects
      if (!only) throw new WebError(406, 'transfer-syntax-not-available')
      if (form === 'single') {
        return sendStream(reply, `application/dicom; transfer-syntax=${only.TransferSyntaxUID}`, await singleFile(only))
      }
      reply.code(objects.length < all.length ? 206 : 200)
      return sendMultipart(reply, await fileParts(objects, (object) => addressOf(root, object)))
    })

  const metadataAt = (path: string) =>
    server.get(`${path}/metadata`, async (request, reply) => {
      const type = acceptedJson(acceptOf(request))
      const root = options.root(request)
      const objects = await openAll(cache(), await keysOf(uidsOf(request)))
      return sendJson(request, reply, {
        type,
        tag: entityTag([root, ...objects.map(({ instanceKey, sha256 }) => `${instanceKey} ${sha256}`)]),
        body: () => metadataOf(objects, (object) => `${addressOf(root, object)}/bulkdata`),
      })
    })

  async function sendFrames(
    request: FastifyRequest,
    reply: FastifyReply,
    frames: (object: StoredObject) => Promise<number[]>,
  ) {
    const [key = 0] = await keysOf(uidsOf(request))
    const object = await cache().open(key)
    if (!object.pixelData) throw new WebError(404, 'no-pixel-data')
    const decoder = options.pixels()
    const encoding = chooseFrameEncoding(object, acceptOf(request), decoder !== null)
    const address = addressOf(options.root(request), object)
    const location = (frame: number) => `${address}/frames/${frame}`
    const read = frameBytes(object, required(options.reader()), encoding.isDecoded ? decoder : null)
    return sendMultipart(reply, await frameParts(await frames(object), encoding, read, location))
  }

  /** A value that the metadata left out, by its path (PS3.18 §10.4.1.1.5); of pixel data in a multipart all frames. */
  async function sendBulkData(request: FastifyRequest, reply: FastifyReply) {
    const path = (request.params as { '*': string })['*']
    if (!/^[0-9A-F]{8}(\/\d{1,6}\/[0-9A-F]{8})*$/.test(path)) throw new WebError(400, 'bad-path')
    const isPixels = /^7FE000(08|09|10)$/.test(path)
    const form = bulkDataForm(acceptOf(request))
    if (isPixels && form !== 'single') return sendFrames(request, reply, (object) => framesOf(cache(), object))
    if (!form) throw new WebError(406, 'not-acceptable')
    const [key = 0] = await keysOf(uidsOf(request))
    const object = await cache().open(key)
    // Frames in fragments are no value of their own.
    if (isPixels && object.pixelData?.encapsulated) throw new WebError(406, 'not-acceptable')
    const value = await findElementValue(object, path)
    if (!value) throw new WebError(404, 'not-found')
    const address = `${addressOf(options.root(request), object)}/bulkdata/${path}`
    const body = form === 'multipart' ? await piecesOf(value, 0, value.length) : []
    const part = { headers: { 'Content-Type': OCTETS, 'Content-Location': address }, length: value.length, body }
    if (form === 'multipart') return sendMultipart(reply, onePart(OCTETS, part))
    return sendValue(request, reply, value, entityTag([object.sha256, String(key), path]))
  }

  searchAt('/studies', 'study')
  searchAt('/series', 'series')
  searchAt('/instances', 'instance')
  searchAt(`${STUDY}/series`, 'series')
  searchAt(`${STUDY}/instances`, 'instance')
  searchAt(`${SERIES}/instances`, 'instance')
  for (const path of [STUDY, SERIES, INSTANCE]) {
    retrieveAt(path)
    metadataAt(path)
  }
  server.get(`${INSTANCE}/frames/:frames`, (request, reply) =>
    sendFrames(request, reply, async (object) => {
      const wanted = parseFrameList((request.params as Params).frames ?? '')
      // None is missed in the middle of the message.
      if (Math.max(...wanted) > (await countFrames(cache(), object))) throw new WebError(404, 'no-such-frame')
      return wanted
    }),
  )
  server.get(`${INSTANCE}/bulkdata/*`, (request, reply) => sendBulkData(request, reply))
  server.options('/', async (request, reply) => {
    const ranges = acceptOf(request)
    if (!ranges.some((range) => rangeTakes(range, WADL))) throw new WebError(406, 'not-acceptable')
    return reply
      .header('allow', 'OPTIONS')
      .header('content-type', WADL)
      .send(Buffer.from(capabilities(options.root(request))))
  })
  const pathOf = (request: FastifyRequest) => (request.params as { '*': string })['*']
  // What a resource can be asked (RFC 9110 §9.3.7); nothing of what is here is told by it.
  server.options('/*', async (request, reply) => {
    const allowed = allowedMethods(pathOf(request))
    if (!allowed) throw new WebError(404, 'not-found')
    return reply.header('allow', allowed).code(204).send()
  })
  server.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/*',
    // Before anything of a body is read.
    onRequest: async (request, reply) => {
      const allowed = allowedMethods(pathOf(request))
      if (allowed) reply.header('allow', allowed)
      throw allowed ? new WebError(405, 'method-not-allowed') : new WebError(404, 'not-found')
    },
    handler: () => undefined,
  })
  registerRendered(server, {
    cache,
    reader: () => required(options.reader()),
    pixels: () => required(options.pixels()),
    uidsOf,
    keysOf,
    rangesOf: acceptOf,
    addressOf: (request, instance) => addressOf(options.root(request), instance),
    sendMultipart,
  })
  registerStore(server, options)
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof WebError) return reply.code(error.statusCode).send({ code: error.code })
    // Too much for one search: what it asks is to be narrowed (§10.6.3, Table 10.6.3-1).
    if (error instanceof CacheError && error.code === 'search-too-broad') {
      return reply.code(413).send({ code: error.code })
    }
    if (error instanceof CacheError) {
      request.log.error({ code: error.code }, 'retrieve failed')
      return reply.code(error.code === 'object-missing' ? 404 : 500).send({ code: error.code })
    }
    throw error
  })
}

async function countFrames(cache: Cache, { instanceKey }: StoredObject): Promise<number> {
  return (await cache.imageHeader(instanceKey))?.NumberOfFrames ?? 1
}

/** Numbers of all frames of the object, from 1. */
async function framesOf(cache: Cache, object: StoredObject): Promise<number[]> {
  return Array.from({ length: await countFrames(cache, object) }, (_, index) => index + 1)
}
