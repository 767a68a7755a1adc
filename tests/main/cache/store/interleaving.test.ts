/** Any interleaving of several writers, aborts, and restarts keeps exactly the acknowledged objects, byte for byte. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { openIndexForReading } from '../../../../main/cache/index-database/open-index.ts'
import { ObjectReader } from '../../../../main/cache/object-reader.ts'
import { InstanceQueries } from '../../../../main/cache/queries/instances.ts'
import type { IngestSession } from '../../../../main/cache/store/ingest-session.ts'
import type { Store } from '../../../../main/cache/store/store.ts'
import { ctImage, type TestObject } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { STATION_KEY, testStore } from '../test-cache.ts'

type Step =
  | { kind: 'write'; writer: number; length: number }
  | { kind: 'end'; writer: number }
  | { kind: 'abort'; writer: number }
  | { kind: 'restart' }

const WRITERS = 3

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      writer: fc.nat(WRITERS - 1),
      length: fc.integer({ min: 1, max: 150_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('end' as const), writer: fc.nat(WRITERS - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), writer: fc.nat(WRITERS - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
)

/** Objects of two studies, 10 to 300 KiB, some of them equal, some with equal UIDs only. */
const objectOf = (number: number): TestObject =>
  ctImage({ study: 1 + (number % 2), instance: number % 7, rows: 72 + (number % 5) * 80, seed: number % 11 })

it('keeps exactly the acknowledged objects', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const dataFolder = temporaryFolder()
      const open = (): Store => testStore({ dataFolder, packLimit: 400_000 })
      let store = open()
      let number = 0
      let writers: ({ session: IngestSession; object: TestObject; done: number } | null)[] = Array(WRITERS).fill(null)
      const acknowledged = new Map<number, Buffer>()
      const answers: Promise<void>[] = []
      const end = (writer: number): void => {
        const active = writers[writer]
        if (!active) return
        active.session.write(active.object.bytes.subarray(active.done))
        writers[writer] = null
        answers.push(
          store.end(active.session).then((outcome) => {
            if (outcome.kind === 'refused') throw new Error(outcome.reason)
            acknowledged.set(outcome.instanceKey, active.object.bytes)
          }),
        )
      }
      for (const action of steps) {
        if (action.kind === 'restart') {
          writers = Array(WRITERS).fill(null)
          await store.close()
          store = open()
          expect(store.recovery).toMatchObject({ recoveredObjects: 0, cutBytes: 0, damagedStretches: 0 })
        } else if (action.kind === 'end') end(action.writer)
        else if (action.kind === 'abort') {
          const active = writers[action.writer]
          if (active) store.abort(active.session)
          writers[action.writer] = null
        } else {
          const object = objectOf(number)
          const active = writers[action.writer] ?? { session: store.begin(object.request), object, done: 0 }
          if (active.object === object) number += 1
          writers[action.writer] = active
          active.session.write(active.object.bytes.subarray(active.done, active.done + action.length))
          active.done = Math.min(active.done + action.length, active.object.bytes.length)
        }
      }
      await Promise.all(answers)
      await store.close()
      await expectExactly(dataFolder, acknowledged)
    }),
    { numRuns: 20 },
  )
})

const expectExactly = async (dataFolder: string, acknowledged: Map<number, Buffer>): Promise<void> => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const instances = new InstanceQueries(database)
  const reader = new ObjectReader(dataFolderAt(dataFolder), STATION_KEY)
  const keys = database.prepare('SELECT instanceKey FROM version ORDER BY instanceKey').pluck().all() as number[]
  expect(keys).toEqual([...acknowledged.keys()].sort((a, b) => a - b))
  for (const [key, bytes] of acknowledged) {
    const location = instances.locate(key)
    if (!location) throw new Error(`no object ${key}`)
    const object = reader.object(location)
    expect(bytes.equals(await object.read(0, object.length)), `object ${key}`).toBe(true)
  }
  await reader.close()
  database.close()
}
