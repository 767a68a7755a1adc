/** Objects that were answered while the index cannot take some of them: none is lost, each sender is told what holds. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { IngestOutcome } from '../../../../main/cache/cache.ts'
import { openIndexForReading, openIndexForWriting } from '../../../../main/cache/index-database/open-index.ts'
import type { Store } from '../../../../main/cache/store/store.ts'
import { ctImage, type TestObject } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { put, STATION_KEY, testStore } from '../test-cache.ts'

const UID = '1.2.826.0.1.77.1.1'

/** Has the index refuse an instance, from another connection. */
const refuseInIndex = (dataFolder: string, SOPInstanceUID: string): (() => void) => {
  const run = (sql: string): void => {
    const database = openIndexForWriting(join(dataFolder, 'index.sqlite'), STATION_KEY)
    database.exec(sql)
    database.close()
  }
  run(`CREATE TRIGGER refuse BEFORE INSERT ON instance WHEN NEW.SOPInstanceUID = '${SOPInstanceUID}'
    BEGIN SELECT RAISE(ABORT, 'refused'); END`)
  return () => run('DROP TRIGGER refuse')
}

const instancesIn = (dataFolder: string): unknown[] => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const found = database.prepare('SELECT SOPInstanceUID FROM instance ORDER BY SOPInstanceUID').pluck().all()
  database.close()
  return found
}

/** Stores without having it indexed. */
const send = (store: Store, { request, bytes }: TestObject): Promise<IngestOutcome> => {
  const session = store.begin(request)
  session.write(bytes)
  return new Promise((resolve) => store.finish(session, resolve))
}

describe('an index that does not take an object', () => {
  it('does not count a pack as indexed behind it: what was answered is found at the next start', async () => {
    const dataFolder = temporaryFolder()
    const ended = testStore({ dataFolder })
    await put(ended, ctImage({ instance: 1 }))
    const allow = refuseInIndex(dataFolder, `${UID}.2`)
    const kinds = [await send(ended, ctImage({ instance: 2 })), await send(ended, ctImage({ instance: 3 }))]
    expect(kinds.map(({ kind }) => kind)).toEqual(['stored', 'stored'])
    ended.index()
    allow()
    const again = testStore({ dataFolder })
    expect(instancesIn(dataFolder)).toEqual([`${UID}.1`, `${UID}.2`, `${UID}.3`])
    await again.close()
    await ended.close()
  })

  it('refuses it while the others go in, and goes on', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    await put(store, ctImage({ study: 2 }))
    const allow = refuseInIndex(dataFolder, `${UID}.2`)
    expect((await send(store, ctImage({ instance: 2 }))).kind).toBe('stored')
    store.index()
    const outcomes = await Promise.all([
      send(store, ctImage({ instance: 2 }, { ImageComments: 'other' })),
      send(store, ctImage({ study: 3 })),
    ])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'stored'])
    allow()
    store.index()
    expect((await put(store, ctImage({ instance: 2 }))).kind).toBe('duplicate')
    await store.close()
    expect(instancesIn(dataFolder)).toHaveLength(3)
  })
})
