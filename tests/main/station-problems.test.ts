/** The lasting problem that something of the cache cannot be read. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createDamageTeller, createProblems } from '../../main/station-problems.ts'
import { ctImage } from './cache/data-sets.ts'
import { temporaryFolder } from './cache/temporary-folder.ts'
import { packFiles, put, testCache, testStore } from './cache/test-cache.ts'

const damaged = async (): Promise<string> => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder })
  for (let instance = 1; instance <= 3; instance += 1) await put(store, ctImage({ instance }))
  await store.close()
  rmSync(join(dataFolder, 'index.sqlite'))
  const [pack = ''] = packFiles(dataFolder)
  const bytes = readFileSync(pack)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  writeFileSync(pack, bytes)
  return dataFolder
}

it('is told at every start until somebody took note of it, and not again', async () => {
  const dataFolder = await damaged()
  const told: boolean[] = []
  for (const isNoted of [false, true, false]) {
    const cache = await testCache({ dataFolder })
    const problems = createProblems(() => undefined)
    const isTold = () => problems.list().some(({ code }) => code === 'cache-damaged')
    const tell = async (note: () => Promise<void>): Promise<void> => {
      await note()
      // Who signs a report on the study is warned as long.
      expect(cache.mayLack('1.2.826.0.1.77.1')).toBe(isTold())
      told.push(isTold())
    }
    const note = await createDamageTeller(cache, problems)
    await tell(note)
    if (isNoted) {
      await cache.dismissDamage()
      await tell(note)
    }
    await cache.close()
  }
  expect(told).toEqual([true, true, false, false])
})
