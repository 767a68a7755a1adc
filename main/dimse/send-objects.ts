/**
 * The storage SCU (PS3.4 Annex B): objects to one peer, in order, as they are stored. It tells of each object, can be cancelled between
 * two, and is taken up again where it stopped.
 */
import type { StoreInput } from './dimse.ts'
import { DimseError } from './dimse-error.ts'
import type { DataSetPieces } from './message-sender.ts'
import { type AssociationRequest, ScuAssociation } from './scu.ts'

/** An object to send; its data set is asked for when its turn comes. */
export interface ObjectToSend extends Omit<StoreInput, 'dataSet'> {
  dataSet(): DataSetPieces
  /** Encodings to fall back on, in order, when the peer does not take the object's own. */
  otherwise?: readonly Pick<ObjectToSend, 'TransferSyntaxUID' | 'dataSet'>[]
}

/** The object in the first of its encodings that `accepts` takes, its own before all; null when there is none. */
export function acceptedForm(
  object: ObjectToSend,
  accepts: (SOPClassUID: string, TransferSyntaxUID: string) => boolean,
): ObjectToSend | null {
  const form = formsOf(object).find(({ SOPClassUID, TransferSyntaxUID }) => accepts(SOPClassUID, TransferSyntaxUID))
  return form ?? null
}

const formsOf = (object: ObjectToSend): ObjectToSend[] => [
  object,
  ...(object.otherwise ?? []).map((form) => ({ ...object, ...form })),
]

/** What became of one object. */
export interface SendResult {
  /** Its index among the objects. */
  index: number
  SOPInstanceUID: string
  /** `sent`: the peer took it, with a warning or without. `refused`: by its status. The others were not sent at all. */
  kind: 'sent' | 'refused' | 'not-negotiated' | 'unreadable'
  /** The peer's status; null when it was not sent. */
  status: number | null
}

export interface SendRequest extends Omit<AssociationRequest, 'contexts' | 'signal' | 'roles' | 'performs'> {
  objects: readonly ObjectToSend[]
  /** Index of the first to send: `next` of the report of an earlier attempt. */
  startAt?: number
  /** The C-MOVE that this serves. */
  originator?: { aeTitle: string; MessageID: number }
  /** Ends the sending behind the object that is going out; one that takes long is cut. */
  signal?: AbortSignal
  onResult?(result: SendResult): void
}

export interface SendReport {
  /** `interrupted`: the association could not be had, or ended; `error` says why. */
  kind: 'completed' | 'cancelled' | 'interrupted'
  /** Index of the first object that has no result. */
  next: number
  error: DimseError | null
}

/** Presentation contexts of one association. */
const MAX_CONTEXTS = 128
/** ms that a receiver may take for its answer: archives check, compress and replicate a large object before they take it. */
const SILENCE = 5 * 60_000
/** ms that an object may still take when the sending was cancelled. */
const CANCEL_GRACE = 2000

const pairOf = ({ SOPClassUID, TransferSyntaxUID }: ObjectToSend) => `${SOPClassUID} ${TransferSyntaxUID}`

/** The pairs of the objects from `start` on that one association can negotiate, and the index behind the last of these objects. */
function nextStretch(objects: readonly ObjectToSend[], start: number) {
  const pairs = new Map<string, { abstractSyntax: string; transferSyntax: string }>()
  let end = start
  for (; end < objects.length; end += 1) {
    const object = objects[end]
    if (!object) break
    const forms = formsOf(object)
    const missing = forms.filter((form) => !pairs.has(pairOf(form)))
    if (pairs.size > 0 && pairs.size + missing.length > MAX_CONTEXTS) break
    for (const form of missing) {
      pairs.set(pairOf(form), { abstractSyntax: form.SOPClassUID, transferSyntax: form.TransferSyntaxUID })
    }
  }
  return { contexts: [...pairs.values()], end }
}

const isSent = (status: number): boolean => status === 0 || status >>> 12 === 0xb || status === 0x0001

async function sendOne(
  association: ScuAssociation,
  object: ObjectToSend,
  index: number,
  originator: SendRequest['originator'],
): Promise<SendResult> {
  const { SOPInstanceUID } = object
  const form = acceptedForm(object, (SOPClassUID, syntax) => association.accepts(SOPClassUID, syntax))
  if (!form) return { index, SOPInstanceUID, kind: 'not-negotiated', status: null }
  try {
    const { status } = await association.store({ ...form, dataSet: form.dataSet() }, originator)
    return { index, SOPInstanceUID, kind: isSent(status) ? 'sent' : 'refused', status }
  } catch (error) {
    if (error instanceof DimseError && error.code === 'unreadable') {
      return { index, SOPInstanceUID, kind: 'unreadable', status: null }
    }
    throw error
  }
}

/** Sends objects, on as many associations as their presentation contexts need, one after the other. Never rejects. */
export async function sendObjects(request: SendRequest): Promise<SendReport> {
  const { objects, startAt = 0, originator, signal, onResult, ...peer } = request
  let next = startAt
  const cut = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let association: ScuAssociation | undefined
  const onCancel = () => {
    timer = setTimeout(() => cut.abort(), CANCEL_GRACE)
  }
  signal?.addEventListener('abort', onCancel)
  try {
    while (next < objects.length) {
      if (signal?.aborted) return { kind: 'cancelled', next, error: null }
      const { contexts, end } = nextStretch(objects, next)
      association = await ScuAssociation.open({
        silence: peer.responseTimeout ?? SILENCE,
        ...peer,
        contexts,
        signal: cut.signal,
      })
      while (next < end && !signal?.aborted) {
        const object = objects[next]
        if (!object) break
        const result = await sendOne(association, object, next, originator)
        next += 1
        onResult?.(result)
      }
      await association.release()
    }
    return { kind: 'completed', next, error: null }
  } catch (cause) {
    const error = cause instanceof DimseError ? cause : new DimseError('aborted', 'Sending failed', null, { cause })
    return { kind: signal?.aborted ? 'cancelled' : 'interrupted', next, error }
  } finally {
    signal?.removeEventListener('abort', onCancel)
    clearTimeout(timer)
    // Nothing, when it was released.
    association?.abort()
  }
}
