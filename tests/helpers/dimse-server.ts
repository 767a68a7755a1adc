/** A DIMSE server of our own on a free port whose sinks remember what they were given. */
import { isStorableTransferSyntax, isStorageSOPClass } from '../../main/dicom/index.ts'
import {
  type AssociationEnd,
  createDimseServer,
  type DimseServer,
  type DimseServerOptions,
  type StoreRequest,
  type StoreSink,
} from '../../main/dimse/index.ts'

export interface KeptObject {
  request: StoreRequest
  chunks: Buffer[]
  state: 'open' | 'ended' | 'association-ended' | 'too-large' | 'sink-failed'
}

export interface RecordingServer {
  server: DimseServer
  objects: KeptObject[]
  ends: AssociationEnd[]
  faults: unknown[]
}

/** Waits until `condition` holds; fails after 30 s. */
export async function until(condition: () => boolean, what = 'the condition'): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come true`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Starts a server; `sink` may change what a recording sink does. */
export async function startRecordingServer(
  options: Partial<DimseServerOptions> = {},
  sink: (object: KeptObject) => Partial<StoreSink> = () => ({}),
): Promise<RecordingServer> {
  const objects: KeptObject[] = []
  const ends: AssociationEnd[] = []
  const faults: unknown[] = []
  const server = await createDimseServer({
    host: '127.0.0.1',
    port: 0,
    aeTitle: 'ASTREINTE',
    acceptsSOPClass: isStorageSOPClass,
    acceptsTransferSyntax: isStorableTransferSyntax,
    store: (request) => {
      const object: KeptObject = { request, chunks: [], state: 'open' }
      objects.push(object)
      return {
        write: (chunk) => {
          object.chunks.push(Buffer.from(chunk))
          return undefined
        },
        end: async () => {
          object.state = 'ended'
          return { status: 0 }
        },
        abort: (reason) => {
          object.state = reason
        },
        ...sink(object),
      }
    },
    onEnd: (end) => ends.push(end),
    onFault: (error) => faults.push(error),
    ...options,
  })
  return { server, objects, ends, faults }
}
