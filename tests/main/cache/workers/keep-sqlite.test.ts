import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'

const main = join(import.meta.dirname, '../../../../main/cache')

const program = `
  import { readFileSync } from 'node:fs'
  import { openCache } from ${JSON.stringify(join(main, 'open-cache.ts'))}
  const log = { info() {}, warn() {}, error() {} }
  const cache = await openCache({ dataFolder: process.argv[1], stationKey: Buffer.alloc(32, 1), log, reserveBytes: 0 })
  await cache.close()
  console.log(readFileSync('/proc/self/maps', 'utf8').includes('better-sqlite3'))
`

it.runIf(process.platform === 'linux')(
  'SQLite stays in memory when the threads that used it have ended',
  () => {
    const options = { encoding: 'utf8' } as const
    const said = execFileSync(process.execPath, ['-e', program, temporaryFolder()], options)
    expect(said.trim()).toBe('true')
  },
  60_000,
)
