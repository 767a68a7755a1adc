/** The methods of all stores as calls by name, `store.method`. */
import type { Methods } from '../workers/worker-calls.ts'
import { isDamage } from './records-file.ts'

const methodNames = (store: object): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(store)).filter((name) => name !== 'constructor')

/** Calls of `stores`; `onDamage` is told when one of them finds that the file is not what it was. */
export const storeCalls = (stores: Record<string, object>, onDamage: () => void): Methods =>
  Object.fromEntries(
    Object.entries(stores).flatMap(([storeName, store]) =>
      methodNames(store).map((name) => [
        `${storeName}.${name}`,
        (...args: unknown[]) => {
          try {
            return (store as Methods)[name]?.(...args)
          } catch (error) {
            if (isDamage(error)) onDamage()
            throw error
          }
        },
      ]),
    ),
  )
