/** The report calls of the contract as types: what goes in and what comes out. */
import type { HandlersOf } from '../contract/define.ts'
import type { StationContract } from '../contract/index.ts'

type Handlers = HandlersOf<StationContract>['reports']

export type CallName = keyof Handlers
export type Input<N extends CallName> = Parameters<Handlers[N]>[0]
export type Answer<N extends CallName> = Awaited<ReturnType<Handlers[N]>>
