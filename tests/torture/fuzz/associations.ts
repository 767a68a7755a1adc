/**
 * Changed sessions, PDU by PDU, as the receiver's associations and as our own see them: codec, state machine, dialogue and services without
 * sockets. Each ends, with nothing of it left; what is answered are whole PDUs; only declared errors come out; the next association works.
 */
import fc from 'fast-check'
import {
  isStorableTransferSyntax,
  isStorageSOPClass,
  SOPClassUIDs,
  TransferSyntaxUIDs,
} from '../../../main/dicom/index.ts'
import { encodeAssociateAccept } from '../../../main/dimse/associate-pdu.ts'
import type { AssociationEnd } from '../../../main/dimse/dimse.ts'
import { DimseError, ScuAssociation, verificationContext } from '../../../main/dimse/index.ts'
import { defaultLimits } from '../../../main/dimse/limits.ts'
import { PduReader } from '../../../main/dimse/pdu-reader.ts'
import { ScpAssociation } from '../../../main/dimse/scp-association.ts'
import { UpperLayer } from '../../../main/dimse/upper-layer.ts'
import { noUserInformation } from '../../../main/dimse/user-information.ts'
import type { ReceiverOptions } from '../../../main/receiver/index.ts'
import { ingestSink } from '../../../main/receiver/ingest-sink.ts'
import { createQueryRetrieve } from '../../../main/receiver/query-retrieve/index.ts'
import { createStorageCommitment } from '../../../main/receiver/storage-commitment/index.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'
import { MemorySocket } from '../../helpers/memory-socket.ts'
import { echoRequest, echoResponse, releaseRequest, releaseResponse } from '../../helpers/pdu-fixtures.ts'
import { associateEverything, chunksOf, cuts, mutated, sessions } from '../../helpers/pdu-mutations.ts'
import { type FuzzKind, Tally } from './fuzz-kind.ts'

/** How often the next association is tried. */
const NEXT_EVERY = 20

const held = {
  ...{ StudyInstanceUID: '1.2.0', SeriesInstanceUID: '1.2.4', sha256: '', pixelData: null, length: 40_000 },
  SOPClassUID: SOPClassUIDs.CTImageStorage,
  TransferSyntaxUID: TransferSyntaxUIDs.ImplicitVRLittleEndian,
}
const holdings: NonNullable<ReceiverOptions['holdings']> = {
  searchAttributes: async ({ offset }) => (offset === 0 ? [{ StudyInstanceUID: '1.2.0', PatientName: 'A^B' }] : []),
  listInstanceKeys: async () => [1, 2],
  listInstances: async () => [],
  findInstance: async () => 1,
  listVersions: async () => [{ instanceKey: 1, isDamaged: false }],
  open: async (instanceKey) => ({
    ...held,
    instanceKey,
    SOPInstanceUID: `1.2.${instanceKey}`,
    read: async (start, end) => Buffer.alloc(end - start),
  }),
}

/** Throws when what was sent are not whole PDUs. */
function expectWholePdus(sent: readonly Buffer[]): void {
  const ignore = () => undefined
  const reader = new PduReader({ onPdu: ignore, onData: ignore, onFragment: ignore }, defaultLimits)
  for (const bytes of sent) for (let at = 0; at < bytes.length; ) at = reader.read(bytes, at)
  if (reader.isInsidePdu) throw new Error('half a PDU was sent')
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** A receiver without a listener: its associations are played one after the other. */
class Acceptor {
  readonly outcomes = new Tally()
  #ends: AssociationEnd[] = []
  #faults: unknown[] = []
  #ingested = 0
  readonly #cache = createMemoryCache()
  readonly #host: ConstructorParameters<typeof ScpAssociation>[0]
  readonly #commitment

  constructor() {
    const common = {
      aeTitle: () => 'ASTREINTE',
      peers: () => ({ peers: [], unknownPeers: 'store' as const }),
      credentials: () => null,
    }
    const queryRetrieve = createQueryRetrieve({ ...common, cache: holdings, decoder: null, onSent: () => undefined })
    this.#commitment = createStorageCommitment({
      ...common,
      cache: holdings,
      onLost: () => undefined,
      attemptDelays: [0],
    })
    const onFault = (error: unknown): void => {
      this.#faults.push(error)
    }
    this.#host = {
      aeTitle: 'ASTREINTE',
      limits: defaultLimits,
      nextAssociationId: () => 1,
      refusal: () => null,
      options: {
        ...{ host: '', port: 0, aeTitle: 'ASTREINTE' },
        acceptsSOPClass: isStorageSOPClass,
        acceptsTransferSyntax: isStorableTransferSyntax,
        services: [queryRetrieve, this.#commitment.service],
        store: (request) => {
          this.#ingested += 1
          const from = { origin: 'received', peer: { AETitle: '', address: '' } } as const
          return ingestSink(this.#cache, request, from, {
            onOutcome: () => undefined,
            onAbort: () => undefined,
            onFault,
          })
        },
        onEnd: (end) => this.#ends.push(end),
        onFault,
      },
    }
  }

  /** Plays a whole connection; gives what was answered. */
  async play(chunks: readonly Uint8Array[]): Promise<Buffer> {
    const socket = new MemorySocket()
    const association = new ScpAssociation(this.#host, '127.0.0.1', null)
    const layer = new UpperLayer(socket.open, association, defaultLimits, false)
    association.attach(layer)
    for (const chunk of chunks) await socket.receive(chunk)
    await socket.receiveEnd()
    await layer.closed
    await association.settled
    expectWholePdus(socket.sent)
    this.#check()
    return Buffer.concat(socket.sent)
  }

  #check(): void {
    const [end] = this.#ends
    const [fault] = this.#faults
    const count = this.#ends.length
    const left = this.#ingested - this.#cache.objects.length - this.#cache.aborted.length
    this.#ends = []
    this.#faults = []
    this.#ingested = 0
    this.#cache.objects.length = 0
    this.#cache.aborted.length = 0
    if (fault) throw new Error(`a fault: ${describe(fault)}`)
    if (count !== 1) throw new Error(`ended ${count} times`)
    if (left !== 0) throw new Error(`${left} objects were neither stored nor aborted`)
    this.outcomes.add(end?.reason ?? end?.outcome ?? '')
  }

  async checkNext(): Promise<void> {
    const answered = await this.play([associateEverything, echoRequest, releaseRequest])
    if (!answered.includes(echoResponse) || !answered.subarray(-releaseResponse.length).equals(releaseResponse))
      throw new Error('the next association did not work')
  }

  close(): Promise<void> {
    return this.#commitment.close()
  }
}

export const acceptedAssociations: FuzzKind = {
  name: 'associations',
  share: 250,
  begin: () => {
    const acceptor = new Acceptor()
    let number = 0
    return {
      property: fc.asyncProperty(fc.noBias(mutated(sessions)), cuts, async (stream, shares) => {
        await acceptor.play(chunksOf(stream, shares))
        number += 1
        if (number % NEXT_EVERY === 0) await acceptor.checkNext()
      }),
      end: async () => {
        await acceptor.checkNext()
        await acceptor.close()
        return { problems: [], figures: acceptor.outcomes.counts }
      },
    }
  },
}

const accept = encodeAssociateAccept({
  protocolVersion: 1,
  calledAETitle: 'ASTREINTE',
  callingAETitle: 'SENDER',
  applicationContextName: '1.2.840.10008.3.1.1.1',
  presentationContexts: [{ id: 1, result: 'acceptance', transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian }],
  userInformation: noUserInformation(),
})

/** Opens an association, verifies and releases it; the peer says `answer` in turns, as long as it is as it should be. */
async function call(answer: Buffer): Promise<string> {
  const socket = new MemorySocket()
  const turns = [accept, echoResponse]
  let rest = answer
  const answerTurn = async (): Promise<void> => {
    const turn = turns.shift()
    if (turn?.equals(rest.subarray(0, turn.length))) {
      rest = rest.subarray(turn.length)
      await socket.receive(turn)
      return
    }
    await socket.receive(rest)
    await socket.receiveEnd()
  }
  const write = socket._write.bind(socket)
  socket._write = (chunk, encoding, done) => {
    write(chunk, encoding, done)
    setImmediate(() => void answerTurn())
  }
  setImmediate(() => socket.emit('connect'))
  const request = { host: '', port: 0, calledAETitle: 'ASTREINTE', callingAETitle: 'SENDER' }
  try {
    const association = await ScuAssociation.open({ ...request, contexts: [verificationContext] }, socket.open)
    try {
      await association.echo()
    } finally {
      await association.release()
      await association.ended
    }
    return 'completed'
  } catch (error) {
    if (!(error instanceof DimseError)) throw error
    if (error.cause !== undefined) throw error.cause
    return error.code
  } finally {
    expectWholePdus(socket.sent)
  }
}

export const requestedAssociations: FuzzKind = {
  name: 'our associations',
  share: 50,
  begin: () => {
    const outcomes = new Tally()
    // Changes spread over all of it hit the acceptance nearly always: half of them leave it alone.
    const answers = fc.oneof(
      fc.noBias(mutated([[accept, echoResponse, releaseResponse]])),
      fc.noBias(mutated([[echoResponse, releaseResponse]])).map((rest) => Buffer.concat([accept, rest])),
    )
    return {
      property: fc.asyncProperty(answers, async (answer) => outcomes.add(await call(answer))),
      end: async () => {
        const next = await call(Buffer.concat([accept, echoResponse, releaseResponse]))
        return { problems: next === 'completed' ? [] : [`the next call ended: ${next}`], figures: outcomes.counts }
      },
    }
  },
}
