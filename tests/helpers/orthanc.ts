/** Orthanc, as Debian ships it, with its DICOMweb plug-in where asked: an archive beside the station. */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answersEcho, freePort, stopChild } from './peer-process.ts'

export interface Orthanc {
  pid: number
  dicomPort: number
  aeTitle: 'ORTHANC'
  /** Its REST interface; empty without one. */
  url: string
  httpPort: number
  /** A call of the REST interface; throws unless it is answered 2xx. */
  rest<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>
  bytes(path: string): Promise<Buffer>
  stop(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
}

export interface OrthancOptions {
  /** Where it keeps everything. */
  folder: string
  /** Whether it serves HTTP (REST and DICOMweb). */
  http?: boolean
  /** DICOM peers by name: AE title, host, port. */
  modalities?: Record<string, [aeTitle: string, host: string, port: number]>
  /** DICOMweb servers by name. */
  servers?: Record<string, { Url: string; HttpHeaders?: Record<string, string> }>
  /** Who may use its HTTP; absent: everybody. */
  credentials?: { user: string; password: string }
  /** Port of its HTTP, to start it again where it was; absent: a free one. */
  httpPort?: number
}

/** Starts it and waits until it answers. */
export async function startOrthanc(options: OrthancOptions): Promise<Orthanc> {
  const { folder, http = false, credentials } = options
  const dicomPort = await freePort()
  const httpPort = options.httpPort ?? (await freePort())
  mkdirSync(folder, { recursive: true })
  const configuration = join(folder, 'orthanc.json')
  writeFileSync(
    configuration,
    JSON.stringify({
      StorageDirectory: join(folder, 'storage'),
      IndexDirectory: join(folder, 'index'),
      HttpServerEnabled: http,
      HttpPort: httpPort,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: credentials !== undefined,
      RegisteredUsers: credentials ? { [credentials.user]: credentials.password } : {},
      DicomPort: dicomPort,
      DicomAet: 'ORTHANC',
      DicomCheckCalledAet: false,
      DicomAlwaysAllowEcho: true,
      DicomAlwaysAllowStore: true,
      DicomModalities: options.modalities ?? {},
      Plugins: http ? ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'] : [],
      DicomWeb: { Enable: true, Servers: options.servers ?? {} },
    }),
  )
  const child = spawn('Orthanc', [configuration], { env: { ...process.env, TCP_NODELAY: '1' }, stdio: 'ignore' })
  await answersEcho('ORTHANC', dicomPort, child)
  const url = http ? `http://127.0.0.1:${httpPort}` : ''
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(url + path, {
      method,
      headers: credentials ? { Authorization: `Basic ${btoa(`${credentials.user}:${credentials.password}`)}` } : {},
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  return {
    pid: child.pid ?? 0,
    dicomPort,
    aeTitle: 'ORTHANC',
    url,
    httpPort,
    rest: async <T>(method: 'GET' | 'POST', path: string, body?: unknown) =>
      (await call(method, path, body)).json() as Promise<T>,
    bytes: async (path) => Buffer.from(await (await call('GET', path)).arrayBuffer()),
    stop: () => stopChild(child),
    kill: () => stopChild(child, 'SIGKILL'),
  }
}
