/** Calls of services that this station has not opened: each says so. */
import type { AnyCall } from './contract/define.ts'
import { CallError } from './http/index.ts'

type Refusing<C extends Record<string, AnyCall>> = { [N in keyof C]: () => never }

/** Handlers that refuse every call of `calls`. */
export const unavailable = <C extends Record<string, AnyCall>>(calls: C): Refusing<C> =>
  Object.fromEntries(
    Object.keys(calls).map((name) => [
      name,
      () => {
        throw new CallError('unavailable', 'The service is not open')
      },
    ]),
  ) as Refusing<C>
