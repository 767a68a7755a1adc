/** Fetches the bytes of an encapsulated document from the station. */
import { stationFetch } from '../../services/connection.ts'

/** The station gave no document; `status` is its answer's. */
export class DocumentRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`no document: ${status}`)
    this.name = 'DocumentRefused'
    this.status = status
  }
}

/** Rejects with {@link DocumentRefused}, or as `fetch` does. */
export async function readDocument(instanceKey: number, signal?: AbortSignal): Promise<Uint8Array> {
  const answer = await stationFetch(`/documents/${instanceKey}`, signal ? { signal } : {})
  if (!answer.ok) throw new DocumentRefused(answer.status)
  return new Uint8Array(await answer.arrayBuffer())
}

/** Locale key of what happened. */
export function refusalWords(error: unknown): string {
  const status = error instanceof DocumentRefused ? error.status : 0
  if (status === 413) return 'documents.pdfView.tooLarge'
  return status === 415 || status === 404 ? 'documents.pdfView.unsupported' : 'documents.pdfView.failed'
}
