/** Lets one call of `node:fs` in this process fail as a broken disk would; SQLite's own calls are not among them. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** All that cache and security call; a removal of what is gone, and a look whether something is there, cannot fail. */
const NAMES = [
  ...['openSync', 'closeSync', 'readSync', 'writeSync', 'writevSync', 'readFileSync', 'writeFileSync', 'copyFileSync'],
  ...['ftruncateSync', 'fsyncSync', 'fdatasyncSync', 'fdatasync', 'fstatSync', 'statSync', 'statfsSync', 'readdirSync'],
  ...['renameSync', 'mkdirSync', 'rmSync'],
] as const

type Call = (...args: unknown[]) => unknown

/** Runs `work`; its `failing`th call, if there are as many, fails with `code` and does nothing. Tells the name of the call that failed. */
export async function withFailingCall(
  failing: number,
  code: string,
  work: () => Promise<void>,
): Promise<string | null> {
  const calls = fs as unknown as Record<string, Call>
  const real = new Map(NAMES.map((name) => [name, calls[name] as Call]))
  let count = 0
  let failed: string | null = null
  for (const [name, call] of real) {
    calls[name] = Object.assign((...args: unknown[]) => {
      count += 1
      if (count !== failing) return call(...args)
      failed = name
      const error = Object.assign(new Error(`${code}: ${name}`), { code })
      const callback = args.at(-1)
      if (typeof callback !== 'function') throw error
      setImmediate(() => callback(error))
      return undefined
    }, call)
  }
  syncBuiltinESMExports()
  try {
    await work()
  } finally {
    for (const [name, call] of real) calls[name] = call
    syncBuiltinESMExports()
  }
  return failed
}
