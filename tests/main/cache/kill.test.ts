/** A station killed at any moment loses nothing that it acknowledged. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { ctImage } from './data-sets.ts'
import { killedObject } from './killed-objects.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testCache } from './test-cache.ts'

/** Runs the ingesting process until it has acknowledged `count` objects, then kills it; gives all that were acknowledged. */
const ingestUntilKilled = async (dataFolder: string, first: number, count: number): Promise<number[]> => {
  const script = join(import.meta.dirname, 'ingesting-process.ts')
  const child = spawn(process.execPath, [script, dataFolder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const acknowledged: number[] = []
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(Number(line))
    if (acknowledged.length === count) child.kill('SIGKILL')
  }
  await exit
  return acknowledged
}

it('has every acknowledged object, whole and once, and an index that agrees with the packs', async () => {
  const dataFolder = temporaryFolder()
  const all: number[] = []
  for (const [round, count] of [3, 17, 40, 1, 25, 60].entries()) {
    const acknowledged = await ingestUntilKilled(dataFolder, 1 + round * 10_000, count)
    expect(acknowledged.length).toBeGreaterThanOrEqual(count)
    expect(acknowledged.every(Number.isInteger)).toBe(true)
    all.push(...acknowledged)
    // Every other time the newest part of the index is lost too: the packs alone must bring it back.
    if (round % 2 === 1)
      for (const suffix of ['-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
    const cache = await testCache({ dataFolder })
    expect(cache.recovery).toMatchObject({ damagedStretches: 0, unreadablePacks: 0, missingPacks: 0 })
    for (const number of all) {
      const { request, bytes } = ctImage(killedObject(number))
      const key = await cache.findInstance({ SOPInstanceUID: request.SOPInstanceUID })
      const object = await cache.open(key ?? -1)
      expect(bytes.equals(await object.read(0, object.length)), `object ${number}`).toBe(true)
    }
    const { instances } = await cache.totals()
    let listed = 0
    for (const study of [1, 2, 3])
      listed += (await cache.listInstanceKeys({ StudyInstanceUID: `1.2.826.0.1.77.${study}` })).length
    expect(listed).toBe(instances)
    await cache.close()
    const again = await testCache({ dataFolder })
    expect(again.recovery).toMatchObject({ recoveredObjects: 0, cutBytes: 0 })
    await again.close()
  }
})
