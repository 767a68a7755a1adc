/**
 * The DICOM Upper Layer state machine (PS3.8 §9.2) as a table under the standard's own labels: which action an event asks for in
 * each state (Table 9-10) and the state after each action (Tables 9-6 to 9-9). What the actions do is in state-machine-actions.ts.
 */

/** States (PS3.8 Tables 9-1 to 9-5). */
export const states = {
  Sta1: 'Idle',
  Sta2: 'Transport connection open (awaiting A-ASSOCIATE-RQ PDU)',
  Sta3: 'Awaiting local A-ASSOCIATE response primitive',
  Sta4: 'Awaiting transport connection opening to complete',
  Sta5: 'Awaiting A-ASSOCIATE-AC or A-ASSOCIATE-RJ PDU',
  Sta6: 'Association established and ready for data transfer',
  Sta7: 'Awaiting A-RELEASE-RP PDU',
  Sta8: 'Awaiting local A-RELEASE response primitive',
  Sta9: 'Release collision, requestor side: awaiting A-RELEASE response primitive',
  Sta10: 'Release collision, acceptor side: awaiting A-RELEASE-RP PDU',
  Sta11: 'Release collision, requestor side: awaiting A-RELEASE-RP PDU',
  Sta12: 'Release collision, acceptor side: awaiting A-RELEASE response primitive',
  Sta13: 'Awaiting transport connection close',
} as const
export type State = keyof typeof states

/** Events (the rows of PS3.8 Table 9-10). */
export const events = {
  Evt1: 'A-ASSOCIATE request primitive',
  Evt2: 'Transport connect confirmation',
  Evt3: 'A-ASSOCIATE-AC PDU received',
  Evt4: 'A-ASSOCIATE-RJ PDU received',
  Evt5: 'Transport connection indication',
  Evt6: 'A-ASSOCIATE-RQ PDU received',
  Evt7: 'A-ASSOCIATE response primitive (accept)',
  Evt8: 'A-ASSOCIATE response primitive (reject)',
  Evt9: 'P-DATA request primitive',
  Evt10: 'P-DATA-TF PDU received',
  Evt11: 'A-RELEASE request primitive',
  Evt12: 'A-RELEASE-RQ PDU received',
  Evt13: 'A-RELEASE-RP PDU received',
  Evt14: 'A-RELEASE response primitive',
  Evt15: 'A-ABORT request primitive',
  Evt16: 'A-ABORT PDU received',
  Evt17: 'Transport connection closed',
  Evt18: 'ARTIM timer expired',
  Evt19: 'Unrecognized or invalid PDU received',
} as const
export type Event = keyof typeof events

/** State after each action. AR-8 depends on who requested the association: Sta9 for the requestor, Sta10 for the acceptor. */
export const nextStates = {
  'AE-1': 'Sta4',
  'AE-2': 'Sta5',
  'AE-3': 'Sta6',
  'AE-4': 'Sta1',
  'AE-5': 'Sta2',
  'AE-6': 'Sta3',
  'AE-7': 'Sta6',
  'AE-8': 'Sta13',
  'DT-1': 'Sta6',
  'DT-2': 'Sta6',
  'AR-1': 'Sta7',
  'AR-2': 'Sta8',
  'AR-3': 'Sta1',
  'AR-4': 'Sta13',
  'AR-5': 'Sta1',
  'AR-6': 'Sta7',
  'AR-7': 'Sta8',
  'AR-8': 'Sta9',
  'AR-9': 'Sta11',
  'AR-10': 'Sta12',
  'AA-1': 'Sta13',
  'AA-2': 'Sta1',
  'AA-3': 'Sta1',
  'AA-4': 'Sta1',
  'AA-5': 'Sta1',
  'AA-6': 'Sta13',
  'AA-7': 'Sta13',
  'AA-8': 'Sta13',
} as const satisfies Record<string, State>
export type Action = keyof typeof nextStates

const abortedFrom7To12 = {
  Sta7: 'AA-8',
  Sta8: 'AA-8',
  Sta9: 'AA-8',
  Sta10: 'AA-8',
  Sta11: 'AA-8',
  Sta12: 'AA-8',
} as const
/** An unexpected PDU of an association: abort it, from whatever state. */
const unexpected = {
  Sta2: 'AA-1',
  Sta3: 'AA-8',
  Sta5: 'AA-8',
  Sta6: 'AA-8',
  ...abortedFrom7To12,
  Sta13: 'AA-6',
} as const

/** PS3.8 Table 9-10. A pair that is missing cannot happen: asking for it is a fault of this program. */
export const transitions: Record<Event, Partial<Record<State, Action>>> = {
  Evt1: { Sta1: 'AE-1' },
  Evt2: { Sta4: 'AE-2' },
  Evt3: { ...unexpected, Sta5: 'AE-3' },
  Evt4: { ...unexpected, Sta5: 'AE-4' },
  Evt5: { Sta1: 'AE-5' },
  Evt6: { ...unexpected, Sta2: 'AE-6', Sta13: 'AA-7' },
  Evt7: { Sta3: 'AE-7' },
  Evt8: { Sta3: 'AE-8' },
  Evt9: { Sta6: 'DT-1', Sta8: 'AR-7' },
  Evt10: { ...unexpected, Sta6: 'DT-2', Sta7: 'AR-6' },
  Evt11: { Sta6: 'AR-1' },
  Evt12: { ...unexpected, Sta6: 'AR-2', Sta7: 'AR-8' },
  Evt13: { ...unexpected, Sta7: 'AR-3', Sta10: 'AR-10', Sta11: 'AR-3' },
  Evt14: { Sta8: 'AR-4', Sta9: 'AR-9', Sta12: 'AR-4' },
  Evt15: {
    Sta3: 'AA-1',
    Sta4: 'AA-2',
    Sta5: 'AA-1',
    Sta6: 'AA-1',
    Sta7: 'AA-1',
    Sta8: 'AA-1',
    Sta9: 'AA-1',
    Sta10: 'AA-1',
    Sta11: 'AA-1',
    Sta12: 'AA-1',
  },
  Evt16: {
    Sta2: 'AA-2',
    Sta3: 'AA-3',
    Sta5: 'AA-3',
    Sta6: 'AA-3',
    Sta7: 'AA-3',
    Sta8: 'AA-3',
    Sta9: 'AA-3',
    Sta10: 'AA-3',
    Sta11: 'AA-3',
    Sta12: 'AA-3',
    Sta13: 'AA-2',
  },
  Evt17: {
    Sta2: 'AA-5',
    Sta3: 'AA-4',
    Sta4: 'AA-4',
    Sta5: 'AA-4',
    Sta6: 'AA-4',
    Sta7: 'AA-4',
    Sta8: 'AA-4',
    Sta9: 'AA-4',
    Sta10: 'AA-4',
    Sta11: 'AA-4',
    Sta12: 'AA-4',
    Sta13: 'AR-5',
  },
  Evt18: { Sta2: 'AA-2', Sta13: 'AA-2' },
  Evt19: { ...unexpected, Sta13: 'AA-7' },
}

/** State after `action`; `isRequestor` decides release collisions (AR-8). */
export const stateAfter = (action: Action, isRequestor: boolean): State =>
  action === 'AR-8' && !isRequestor ? 'Sta10' : nextStates[action]
