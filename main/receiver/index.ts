/** Receiving objects from modalities and archives by C-STORE. */
export {
  type ListenAddress,
  listenHost,
  problemOf,
  type ReceiverProblem,
  reachableAddresses,
} from './listen-address.ts'
export type { PeerRules } from './peer-table.ts'
export { createReceiver } from './receiver.ts'
export type { Delivery, DeliverySource } from './receiver-counts.ts'
export type { Receiver, ReceiverChange, ReceiverOptions } from './receiver-service.ts'
export { type GetProgress, retrieveByGet } from './retrieve-by-get.ts'
export { otherEncodings } from './sending/other-encodings.ts'
export type {
  CommitmentOutcome,
  CommitmentReport,
  CommitmentRequest,
  ReportMemory,
} from './storage-commitment/index.ts'
export { refusalAnswers } from './store-answers.ts'
