/** Receiving objects from modalities and archives by C-STORE. */
export { type ListenAddress, listenHost, problemOf, type ReceiverProblem } from './listen-address.ts'
export type { PeerRules } from './peer-table.ts'
export { createReceiver, type Receiver, type ReceiverChange, type ReceiverOptions } from './receiver.ts'
export type { Delivery, DeliverySource } from './receiver-counts.ts'
export { type GetProgress, type GetReport, type GetRequest, retrieveByGet } from './retrieve-by-get.ts'
export type {
  CommitmentOutcome,
  CommitmentReport,
  CommitmentRequest,
  ReportMemory,
} from './storage-commitment/index.ts'
export { refusalAnswers } from './store-answers.ts'
