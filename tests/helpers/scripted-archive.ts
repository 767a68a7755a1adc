/** A DICOMweb archive in memory that does, request by request, what a test wants: store and serve as it should, or anything but that. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HeaderScan, parsePart10 } from '../../main/dataset/index.ts'

export interface HeldInstance {
  StudyInstanceUID: string
  SeriesInstanceUID: string
  SOPInstanceUID: string
  SOPClassUID: string
  PatientName: string
  /** A DICOM file. */
  file: Buffer
}

/** What is done with one request. */
export type Behaviour =
  | 'ok'
  /** Closed before anything is read. */
  | 'cut'
  /** Read, nothing done, closed. */
  | 'cut-after-request'
  /** Done, closed without an answer. */
  | 'cut-before-answer'
  /** Done; closed in the middle of the answer. */
  | 'cut-in-answer'
  | 'silence'
  /** Answered so, with nothing done. */
  | { status: number; headers?: Record<string, string>; body?: string | Buffer }
  /** Stored nothing: this failure reason for each instance, with HTTP 409. */
  | { failureReason: number }
  /** Answered by the test itself; what it needs was read. */
  | ((request: ArchiveRequest, answer: ServerResponse) => void)

export interface ArchiveRequest {
  kind: 'store' | 'search' | 'retrieve'
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: Buffer
}

export interface ScriptedArchive {
  url: string
  port: number
  held: Map<string, HeldInstance>
  requests: ArchiveRequest[]
  /** What is done with the next requests, then as `otherwise`. */
  script: Behaviour[]
  otherwise: (request: ArchiveRequest) => Behaviour
  /** Called when a request has been read. */
  onRequest(request: ArchiveRequest): void
  put(file: Uint8Array): HeldInstance
  close(): Promise<void>
}

const scan = (file: Uint8Array): HeldInstance => {
  const head = parsePart10(file)
  if (!('dataSetOffset' in head)) throw new Error('not a DICOM file')
  const scanned = new HeaderScan(head.TransferSyntaxUID)
  scanned.push(file.subarray(head.dataSetOffset))
  const result = scanned.end()
  if (result.kind !== 'complete') throw new Error('not a whole data set')
  const { attributes } = result
  return {
    StudyInstanceUID: attributes.text('StudyInstanceUID'),
    SeriesInstanceUID: attributes.text('SeriesInstanceUID'),
    SOPInstanceUID: attributes.text('SOPInstanceUID'),
    SOPClassUID: attributes.text('SOPClassUID'),
    PatientName: attributes.text('PatientName'),
    file: Buffer.from(file),
  }
}

/** The parts of a body as they came. */
const partsOf = (body: Buffer, contentType: string): Buffer[] => {
  const boundary = /boundary=([^;]+)/.exec(contentType)?.[1] ?? ''
  const parts: Buffer[] = []
  for (let at = body.indexOf(`--${boundary}\r\n`); at >= 0; ) {
    const start = body.indexOf('\r\n\r\n', at) + 4
    const end = body.indexOf(`\r\n--${boundary}`, start)
    if (end < 0) break
    parts.push(body.subarray(start, end))
    at = body.indexOf(`--${boundary}\r\n`, end)
  }
  return parts
}

const reference = ({ SOPClassUID, SOPInstanceUID }: HeldInstance, more: object = {}) => ({
  '00081150': { vr: 'UI', Value: [SOPClassUID] },
  '00081155': { vr: 'UI', Value: [SOPInstanceUID] },
  ...more,
})

/** The body of a multipart answer. */
export const multipartOf = (files: readonly Uint8Array[], boundary = 'part-boundary'): Buffer =>
  Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
      file,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
export const multipartType = 'multipart/related; type="application/dicom"; boundary=part-boundary'

const kindOf = (method: string, path: string): ArchiveRequest['kind'] =>
  method === 'POST' ? 'store' : /\/(studies|series|instances)$/.test(path) ? 'search' : 'retrieve'

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of message) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** Starts it on a free port. */
export const startScriptedArchive = async (): Promise<ScriptedArchive> => {
  const held = new Map<string, HeldInstance>()
  const json = (answer: ServerResponse, status: number, content: unknown) => {
    const body = Buffer.from(JSON.stringify(content))
    answer.writeHead(status, { 'content-type': 'application/dicom+json', 'content-length': body.length })
    return body
  }
  const found = (path: string): HeldInstance[] => {
    const uid = (level: string) => new RegExp(`/${level}/([^/]+)`).exec(path)?.[1]
    return [...held.values()].filter(
      (instance) =>
        [undefined, instance.StudyInstanceUID].includes(uid('studies')) &&
        [undefined, instance.SeriesInstanceUID].includes(uid('series')) &&
        [undefined, instance.SOPInstanceUID].includes(uid('instances')),
    )
  }
  /** Does what was asked; gives the answer's body, its head being written. */
  const serve = ({ kind, path, query, headers, body }: ArchiveRequest, answer: ServerResponse): Buffer => {
    if (kind === 'store') {
      const instances = partsOf(body, headers['content-type'] ?? '').map(scan)
      for (const instance of instances)
        if (!held.has(instance.SOPInstanceUID)) held.set(instance.SOPInstanceUID, instance)
      return json(answer, 200, { '00081199': { vr: 'SQ', Value: instances.map((instance) => reference(instance)) } })
    }
    const instances = found(path)
    if (kind === 'retrieve') {
      if (instances.length === 0) return json(answer, 404, {})
      const bytes = multipartOf(instances.map(({ file }) => file))
      answer.writeHead(200, { 'content-type': multipartType, 'content-length': bytes.length })
      return bytes
    }
    const isStudies = path.endsWith('/studies')
    const wanted = query.get('StudyInstanceUID')
    const named = query.get('SOPInstanceUID')
    const rows = [
      ...new Map(instances.map((one) => [isStudies ? one.StudyInstanceUID : one.SOPInstanceUID, one])).values(),
    ]
      .filter((one) => wanted === null || one.StudyInstanceUID === wanted)
      .filter((one) => named === null || one.SOPInstanceUID === named)
      .map((one) => ({
        '0020000D': { vr: 'UI', Value: [one.StudyInstanceUID] },
        '0020000E': { vr: 'UI', Value: [one.SeriesInstanceUID] },
        '00080018': { vr: 'UI', Value: [one.SOPInstanceUID] },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: one.PatientName }] },
      }))
    const offset = Number(query.get('offset') ?? 0)
    return json(answer, 200, rows.slice(offset, offset + Number(query.get('limit') ?? 1000)))
  }

  const behave = (behaviour: Behaviour, request: ArchiveRequest, answer: ServerResponse): void => {
    if (behaviour === 'cut-after-request') answer.destroy()
    else if (behaviour === 'cut-before-answer') {
      serve(request, answer)
      answer.destroy()
    } else if (behaviour === 'cut-in-answer') {
      const body = serve(request, answer)
      answer.write(body.subarray(0, body.length >> 1), () => answer.destroy())
    } else if (behaviour === 'silence') return
    else if (typeof behaviour === 'function') behaviour(request, answer)
    else if (typeof behaviour === 'object' && 'failureReason' in behaviour) {
      const failed = partsOf(request.body, request.headers['content-type'] ?? '').map(scan)
      const reason = { '00081197': { vr: 'US', Value: [behaviour.failureReason] } }
      answer.end(json(answer, 409, { '00081198': { vr: 'SQ', Value: failed.map((one) => reference(one, reason)) } }))
    } else if (typeof behaviour === 'object') {
      answer.writeHead(behaviour.status, behaviour.headers ?? {})
      answer.end(behaviour.body ?? '')
    } else answer.end(serve(request, answer))
  }

  const server: Server = createServer(async (message, answer) => {
    const { pathname, searchParams } = new URL(message.url ?? '/', 'http://archive')
    const request: ArchiveRequest = {
      kind: kindOf(message.method ?? '', pathname),
      method: message.method ?? '',
      path: pathname,
      query: searchParams,
      headers: message.headers,
      body: Buffer.alloc(0),
    }
    archive.requests.push(request)
    const behaviour = archive.script.shift() ?? archive.otherwise(request)
    if (behaviour === 'cut') return void message.destroy()
    try {
      request.body = await readBody(message)
      archive.onRequest(request)
      behave(behaviour, request, answer)
    } catch {
      answer.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const archive: ScriptedArchive = {
    url: `http://127.0.0.1:${port}/web`,
    port,
    held,
    requests: [],
    script: [],
    otherwise: () => 'ok',
    onRequest: () => undefined,
    put: (file) => {
      const instance = scan(file)
      held.set(instance.SOPInstanceUID, instance)
      return instance
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return archive
}
