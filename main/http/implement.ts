/**
 * Makes the contract answer: a tRPC router with one procedure a call, its input and output checked by the contract's schemas. What a
 * client sees of a failure is a code; the rest goes to the log.
 */
import { initTRPC, TRPCError, tracked } from '@trpc/server'
import type { AnyCall, Contract, HandlersOf, RouterOf } from '../contract/define.ts'

/** A failure that the client is told by its code, such as `locked`. */
export class CallError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CallError'
    this.code = code
  }
}

/** Codes are words joined by hyphens; anything else could be a message with data in it. */
const isPublicCode = (code: unknown): code is string => typeof code === 'string' && /^[a-z]+(-[a-z]+)*$/.test(code)

function publicMessage(error: TRPCError): string {
  const code = (error.cause as { code?: unknown } | undefined)?.code
  if (isPublicCode(code)) return code
  return error.code.toLowerCase().replaceAll('_', '-')
}

const t = initTRPC.context<object>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message: publicMessage(error),
    data: {
      code: shape.data.code,
      httpStatus: shape.data.httpStatus,
      ...(shape.data.path ? { path: shape.data.path } : {}),
    },
  }),
})

type PlainHandler = (input: unknown, signal: AbortSignal) => unknown
type EventsHandler = (input: unknown, signal: AbortSignal) => AsyncIterable<{ id: string; data: unknown }>

/** A failure with a code of ours is the caller's to handle; it stays an error of the server to the log. */
async function answer(handler: PlainHandler, input: unknown, signal = new AbortController().signal): Promise<unknown> {
  try {
    return await handler(input, signal)
  } catch (cause) {
    if (cause instanceof CallError) throw new TRPCError({ code: 'PRECONDITION_FAILED', message: cause.code, cause })
    throw cause
  }
}

function procedureOf(call: AnyCall, handler: unknown) {
  const procedure = t.procedure.input(call.input)
  if (call.kind === 'query')
    return procedure.output(call.output).query(({ input, signal }) => answer(handler as PlainHandler, input, signal))
  if (call.kind === 'mutation') {
    return procedure.output(call.output).mutation(({ input, signal }) => answer(handler as PlainHandler, input, signal))
  }
  return procedure.subscription(async function* ({ input, signal }) {
    const source = (handler as EventsHandler)(input, signal ?? new AbortController().signal)
    for await (const { id, data } of source) yield tracked(id, call.output.parse(data))
  })
}

/** The router that answers every call of `contract` by the handler of the same name. */
export function implement<C extends Contract>(contract: C, handlers: HandlersOf<C>): RouterOf<C> {
  const services = Object.entries(contract).map(([service, calls]) => {
    const named = handlers[service] as Record<string, unknown>
    const procedures = Object.entries(calls).map(([name, call]) => [name, procedureOf(call, named[name])])
    return [service, t.router(Object.fromEntries(procedures))]
  })
  return t.router(Object.fromEntries(services)) as unknown as RouterOf<C>
}
