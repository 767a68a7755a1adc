/** Sends a demo study by C-STORE to this station's own receiver, over the network like anything else. */
import { DimseError, ScuAssociation } from '../dimse/index.ts'
import type { DemoStudy } from './demo-studies.ts'

/** Where the station receives. */
export interface ReceiverAddress {
  host: string
  port: number
  aeTitle: string
}

/** How the sending ended; `reason` is a code. */
export type SendOutcome = { state: 'done' } | { state: 'cancelled' } | { state: 'failed'; reason: string }

/** Statuses by which an object was taken, with a warning or without (PS3.4 Table B.2-1). */
const isTaken = (status: number): boolean => status === 0 || (status >= 0xb000 && status <= 0xbfff)

/** A listener on every address is reached through the loopback. */
const reachable = (host: string): string => (host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host)

async function sendAll(association: ScuAssociation, study: DemoStudy, onSent: () => void): Promise<SendOutcome> {
  for await (const object of study.objects()) {
    const { status } = await association.store(object)
    if (!isTaken(status)) return { state: 'failed', reason: (status & 0xff00) === 0xa700 ? 'disk-full' : 'refused' }
    onSent()
  }
  return { state: 'done' }
}

/** Sends the whole study; `onSent` is called after each object that was answered Success. Never rejects. */
export async function sendDemo(
  study: DemoStudy,
  address: ReceiverAddress,
  onSent: () => void,
  signal: AbortSignal,
): Promise<SendOutcome> {
  try {
    const association = await ScuAssociation.open({
      host: reachable(address.host),
      port: address.port,
      calledAETitle: address.aeTitle,
      callingAETitle: 'DEMO',
      contexts: study.contexts,
      signal,
    })
    const outcome = await sendAll(association, study, onSent)
    await association.release()
    return outcome
  } catch (error) {
    if (signal.aborted) return { state: 'cancelled' }
    return { state: 'failed', reason: error instanceof DimseError ? error.code : 'unreadable' }
  }
}
