/** The audit log, for the rest of the station: what is noted, how it is written, and its messages. */
export { type CameCount, type Gathering, gather } from './came.ts'
export * from './events.ts'
export { createJournal, type Journal, type Noted } from './journal.ts'
export { auditMessage } from './message.ts'
export { type GatheringWent, gatherWent, type WentCount } from './went.ts'
