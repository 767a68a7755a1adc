import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lockDataFolder } from '../../../main/cache/folder-lock.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testCache } from './test-cache.ts'

const inUse = expect.objectContaining({ code: 'folder-in-use' })

it('is held once, and free again after its release', () => {
  const folder = join(temporaryFolder(), 'new')
  const lock = lockDataFolder(folder)
  expect(() => lockDataFolder(folder)).toThrowError(inUse)
  lock.release()
  lockDataFolder(folder).release()
})

it('is held against another process until that process is killed', async () => {
  const folder = temporaryFolder()
  const module = new URL('../../../main/cache/folder-lock.ts', import.meta.url).href
  const code = `import { lockDataFolder } from '${module}'; lockDataFolder(process.argv[1]); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(() => lockDataFolder(folder)).toThrowError(inUse)
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
  lockDataFolder(folder).release()
})

it('keeps a second cache out and is taken over from a host', async () => {
  const first = await testCache()
  await expect(testCache({ dataFolder: first.dataFolder })).rejects.toThrowError(inUse)
  await first.close()
  const lock = lockDataFolder(first.dataFolder)
  const second = await testCache({ dataFolder: first.dataFolder, lock })
  await second.close()
  lockDataFolder(first.dataFolder).release()
})
