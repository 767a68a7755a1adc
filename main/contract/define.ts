/**
 * How a service is described once: a zod schema for what goes in and what comes out of each call.
 * `RouterOf` turns such a description into tRPC's types, so that the renderer's client is typed from the contract
 * alone and `main/http` can be checked to implement all of it.
 */
import type {
  TRPCBuiltRouter,
  TRPCDefaultErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server'
import type { z } from 'zod'

/** One call of a service. */
export interface Call<K extends 'query' | 'mutation' | 'events', I extends z.ZodType, O extends z.ZodType> {
  readonly kind: K
  readonly input: I
  readonly output: O
}

export type AnyCall = Call<'query' | 'mutation' | 'events', z.ZodType, z.ZodType>
/** Services by name, each with its calls by name. */
export type Contract = Record<string, Record<string, AnyCall>>

/** A call that reads. */
export const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Call<'query', I, O> => ({
  kind: 'query',
  input,
  output,
})

/** A call that changes something. */
export const mutation = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Call<'mutation', I, O> => ({
  kind: 'mutation',
  input,
  output,
})

/** A stream of numbered events. */
export const events = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Call<'events', I, O> => ({
  kind: 'events',
  input,
  output,
})

type Procedure<C extends AnyCall> = C['kind'] extends 'query'
  ? TRPCQueryProcedure<{ input: z.input<C['input']>; output: z.output<C['output']>; meta: object }>
  : C['kind'] extends 'mutation'
    ? TRPCMutationProcedure<{ input: z.input<C['input']>; output: z.output<C['output']>; meta: object }>
    : TRPCSubscriptionProcedure<{
        input: z.input<C['input']>
        output: AsyncIterable<{ id: string; data: z.output<C['output']> }, void, unknown>
        meta: object
      }>

/** The tRPC router type that implements `C`. */
export type RouterOf<C extends Contract> = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: TRPCDefaultErrorShape; transformer: false },
  { [G in keyof C]: { [N in keyof C[G]]: Procedure<C[G][N]> } }
>

/** What a service has to provide: one function a call, typed from the contract. */
export type HandlersOf<C extends Contract> = {
  [G in keyof C]: {
    [N in keyof C[G]]: C[G][N]['kind'] extends 'events'
      ? (
          input: z.output<C[G][N]['input']>,
          signal: AbortSignalLike,
        ) => AsyncIterable<{ id: string; data: z.input<C[G][N]['output']> }>
      : (
          input: z.output<C[G][N]['input']>,
          /** Aborted when the caller leaves. */
          signal?: AbortSignalLike,
        ) => Promise<z.input<C[G][N]['output']>> | z.input<C[G][N]['output']>
  }
}

/** The part of an AbortSignal that an event source needs (this layer knows no DOM). */
export interface AbortSignalLike {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}
