/**
 * The Query/Retrieve SCP (PS3.4 Annex C) over the cache. It belongs to the receiver because its requests come on the receiver's
 * associations, under the receiver's AE title and peers; what it answers from is the cache.
 */
import type { OperationService, TlsCredentials } from '../../dimse/index.ts'
import { type PeerRules, peerAddress } from '../peer-table.ts'
import type { FrameDecoder } from '../sending/decompressed.ts'
import { find } from './find.ts'
import type { Holdings } from './held-objects.ts'
import { queryRetrieveClasses } from './levels.ts'
import { get, move, type ObjectsSent } from './retrieve.ts'

export type { Holdings } from './held-objects.ts'
export type { ObjectsSent } from './retrieve.ts'

export interface QueryRetrieveOptions {
  cache: Holdings
  /** What went of a study, once an operation is over. */
  onSent(sent: ObjectsSent): void
  /** Decompresses what a receiver does not take as it is; null: nothing is. */
  decoder: FrameDecoder | null
  /** Our AE title now. */
  aeTitle(): string
  peers(): PeerRules
  /** What we show to peers that speak TLS; null: nothing, and they are not called. */
  credentials(): TlsCredentials | null
}

/** C-FIND, C-MOVE and C-GET of both information models. */
export function createQueryRetrieve(options: QueryRetrieveOptions): OperationService {
  const { cache, aeTitle, peers, credentials } = options
  const rights = { 'C-FIND': 'query', 'C-MOVE': 'retrieve', 'C-GET': 'retrieve' } as const
  const names = ['C-FIND', 'C-MOVE', 'C-GET'] as const
  return {
    sopClasses: new Map(
      names.flatMap((name) => queryRetrieveClasses[name].map((UID) => [UID, { [name]: rights[name] }] as const)),
    ),
    perform(request, control) {
      if (request.name === 'C-FIND') return find(cache, aeTitle(), request, control)
      if (request.name === 'C-GET') return get(options, request, control)
      const destination = peerAddress(peers(), request.MoveDestination, request.association, credentials())
      return move(options, aeTitle(), destination, request, control)
    },
  }
}
