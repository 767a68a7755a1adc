/**
 * One C-STORE being performed (PS3.7 §9.1.1): the bytes of its data set go to the sink as they come, nothing is read from the peer
 * while the sink is not ready, and the status is what the sink resolves with.
 */
import { DimseStatus } from '../dicom/index.ts'
import type { OperationAnswer, StoreSink } from './dimse.ts'
import type { PerformedRequest, PerformerLink, Respond } from './performed-request.ts'

export class PerformedStore implements PerformedRequest {
  readonly #link: Pick<PerformerLink, 'layer' | 'limits'>
  readonly #onFault: (error: unknown) => void
  /** Null once it was aborted, or has everything. */
  #sink: StoreSink | null
  #length = 0
  #refusal: OperationAnswer | null = null

  constructor(link: Pick<PerformerLink, 'layer' | 'limits'>, sink: StoreSink, onFault: (error: unknown) => void) {
    this.#link = link
    this.#sink = sink
    this.#onFault = onFault
  }

  get refusal(): OperationAnswer | null {
    return this.#refusal
  }

  add(bytes: Uint8Array): void {
    const sink = this.#sink
    if (!sink) return
    this.#length += bytes.length
    if (this.#length > this.#link.limits.maxDataSetLength) {
      sink.abort('too-large')
      this.#sink = null
      this.#refusal = { status: DimseStatus.OutOfResources, ErrorComment: 'data set too large' }
      return
    }
    if (bytes.length > 0) this.#write(sink, bytes)
  }

  #write(sink: StoreSink, bytes: Uint8Array): void {
    const { layer } = this.#link
    try {
      const ready = sink.write(bytes)
      if (!ready) return
      layer.hold()
      const goOn = () => layer.resume()
      ready.then(goOn, (error) => {
        this.#fail(error)
        goOn()
      })
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#onFault(error)
    this.#sink?.abort('sink-failed')
    this.#sink = null
    this.#refusal = { status: DimseStatus.ProcessingFailure }
  }

  /** Waits for the object to be stored, then answers; nothing further is read meanwhile. */
  async perform(respond: Respond): Promise<void> {
    const sink = this.#sink
    this.#sink = null
    this.#link.layer.hold()
    let answer: OperationAnswer = { status: DimseStatus.ProcessingFailure }
    try {
      if (sink) answer = await sink.end()
    } catch (error) {
      this.#onFault(error)
    }
    respond(answer)
    this.#link.layer.resume()
  }

  /** The association is over: returns whether the data set was cut by it. */
  cut(): boolean {
    const sink = this.#sink
    this.#sink = null
    if (!sink) return false
    try {
      sink.abort('association-ended')
    } catch (error) {
      this.#onFault(error)
    }
    return true
  }
}
