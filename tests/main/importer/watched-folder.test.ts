import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ImportOutcome } from '../../../main/contract/importer.ts'
import type { WatchedFolder } from '../../../main/contract/settings.ts'
import { part10Header } from '../../../main/dataset/index.ts'
import { importFile } from '../../../main/importer/import-file.ts'
import { TakenFiles } from '../../../main/importer/taken-files.ts'
import { createFolderWatcher } from '../../../main/importer/watched-folder.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'
import { ctImage } from '../cache/data-sets.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'

const object = (instance: number): Buffer => {
  const { request, bytes } = ctImage({ instance })
  return Buffer.concat([part10Header(request), bytes])
}

const watched = (after: WatchedFolder['after'], onLook: () => void = () => undefined, settleAfter = 0) => {
  const folder = temporaryFolder()
  const cache = createMemoryCache()
  const outcomes: ImportOutcome[] = []
  const readable: boolean[] = []
  const watcher = createFolderWatcher({
    importFile: (bytes) => importFile(cache, bytes),
    onReadable: (isReadable) => {
      readable.push(isReadable)
      onLook()
    },
    onTaken: (outcome) => void outcomes.push(outcome),
    keepOut: [join(folder, 'station')],
    lookEvery: 20,
    settleAfter,
  })
  onTestFinished(() => watcher.stop())
  writeFileSync(join(folder, 'one.dcm'), object(1))
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'sub', 'two'), object(2))
  writeFileSync(join(folder, 'notes.txt'), 'nothing')
  const start = () => watcher.watch({ path: folder, after })
  const settled = (count: number) => expect.poll(() => outcomes.length, { interval: 5 }).toBe(count)
  return { folder, cache, outcomes, readable, watcher, start, settled, at: (name: string) => join(folder, name) }
}

it('takes each file once and leaves the originals where they are', async () => {
  const { start, settled, cache, at, outcomes, readable } = watched('keep')
  start()
  await settled(3)
  const looks = readable.length
  await expect.poll(() => readable.length, { interval: 5 }).toBeGreaterThan(looks + 3)
  expect(outcomes).toHaveLength(3)
  expect(cache.objects).toHaveLength(2)
  expect(readFileSync(at('one.dcm')).equals(object(1))).toBe(true)
  expect([at('sub/two'), at('notes.txt')].map(existsSync)).toEqual([true, true])
})

it('moves what was taken aside, and what was not to another place, and writes over nothing', async () => {
  const { start, settled, at } = watched('move')
  mkdirSync(at('astreinte-imported'))
  writeFileSync(at('astreinte-imported/one.dcm'), 'there before')
  start()
  await settled(3)
  await expect.poll(() => existsSync(at('astreinte-not-imported/notes.txt')) || existsSync(at('notes.txt'))).toBe(true)
  await expect.poll(() => ['one.dcm', 'sub/two', 'notes.txt'].filter((name) => existsSync(at(name)))).toEqual([])
  expect(readFileSync(at('astreinte-imported/one.dcm'), 'utf8')).toBe('there before')
  expect(readFileSync(at('astreinte-imported/one.dcm (2)')).equals(object(1))).toBe(true)
  expect(readFileSync(at('astreinte-imported/sub/two')).equals(object(2))).toBe(true)
  expect(readFileSync(at('astreinte-not-imported/notes.txt'), 'utf8')).toBe('nothing')
})

it('deletes only what is durable in the cache, when a person chose that', async () => {
  const { start, settled, at, cache } = watched('delete')
  cache.outcomes.push({ kind: 'refused', reason: 'disk-full' })
  start()
  await settled(3)
  await expect.poll(() => ['one.dcm', 'sub/two'].filter((name) => existsSync(at(name)))).toEqual([])
  expect(existsSync(at('notes.txt'))).toBe(true)
})

it('waits while a file is still being written', async () => {
  const bytes = object(3)
  let written = 0
  const { start, settled, cache, at } = watched('keep', () => {
    // Each look begins by this: the file is another one every time, until it is whole.
    if (written < bytes.length) appendFileSync(at('growing'), bytes.subarray(written, written + 1500))
    written += 1500
  })
  start()
  await settled(4)
  const found = cache.objects.filter(({ request }) => request.SOPInstanceUID.endsWith('.3'))
  expect(found.map(({ dataSet }) => dataSet.equals(bytes.subarray(-ctImage().bytes.length)))).toEqual([true])
})

it('takes a file again that is written to after it was taken, and only then lets it go', async () => {
  const whole = object(3)
  let looksSince = 0
  let wasThere: boolean | null = null
  const { start, settled, cache, at } = watched(
    'delete',
    () => {
      if (!cache.objects.some(({ request }) => request.SOPInstanceUID.endsWith('.3'))) return
      looksSince += 1
      // At its full size from the beginning, its end filled in some looks after it was taken.
      if (looksSince !== 3) return
      wasThere = existsSync(at('slow'))
      writeFileSync(at('slow'), whole)
    },
    1000,
  )
  const unfinished = Buffer.from(whole)
  unfinished.fill(0, unfinished.length - 1000)
  writeFileSync(at('slow'), unfinished)
  start()
  await settled(5)
  expect(wasThere).toBe(true)
  const found = cache.objects.filter(({ request }) => request.SOPInstanceUID.endsWith('.3'))
  expect(found.at(-1)?.dataSet.equals(whole.subarray(-ctImage().bytes.length))).toBe(true)
  await expect.poll(() => existsSync(at('slow'))).toBe(false)
})

it('says when the folder is gone', async () => {
  const { readable, watcher } = watched('keep')
  watcher.watch({ path: join(temporaryFolder(), 'absent'), after: 'keep' })
  await expect.poll(() => readable.at(-1)).toBe(false)
  watcher.watch(null)
  expect(readable.at(-1)).toBe(true)
})

it('leaves alone what is hidden and what the station keeps, also where a whole home is watched', async () => {
  const { start, settled, at, readable } = watched('move')
  for (const folder of ['station', '.config']) {
    mkdirSync(at(folder))
    writeFileSync(at(`${folder}/index`), object(7))
  }
  writeFileSync(at('.profile'), 'a setting')
  start()
  await settled(3)
  const looks = readable.length
  await expect.poll(() => readable.length, { interval: 5 }).toBeGreaterThan(looks + 3)
  expect(['station/index', '.config/index', '.profile'].map((name) => existsSync(at(name)))).toEqual([true, true, true])
})

it('moves files within the folder also when that was named by a link', async () => {
  const { folder, watcher, settled, at } = watched('move')
  const link = join(temporaryFolder(), 'link')
  symlinkSync(folder, link)
  watcher.watch({ path: link, after: 'move' })
  await settled(3)
  await expect.poll(() => existsSync(at('astreinte-imported/sub/two'))).toBe(true)
})

it('does not read again after a restart what it took, and takes what changed or is new; no path is kept', async () => {
  const folder = temporaryFolder()
  const documents = new Map<string, string>()
  const notes = {
    loadDocument: async (name: string) => documents.get(name) ?? null,
    saveDocument: async (name: string, text: string) => void documents.set(name, text),
  }
  const run = async (untilLooks: number) => {
    const outcomes: ImportOutcome[] = []
    let looks = 0
    const cache = createMemoryCache()
    const watcher = createFolderWatcher({
      importFile: (bytes) => importFile(cache, bytes),
      onReadable: () => {
        looks += 1
      },
      onTaken: (outcome) => void outcomes.push(outcome),
      keepOut: [],
      taken: new TakenFiles(notes),
      lookEvery: 20,
    })
    watcher.watch({ path: folder, after: 'keep' })
    await expect.poll(() => looks, { interval: 5 }).toBeGreaterThanOrEqual(untilLooks)
    await watcher.stop()
    return outcomes.map(({ outcome }) => outcome)
  }
  writeFileSync(join(folder, 'MARTIN.dcm'), object(1))
  writeFileSync(join(folder, 'notes.txt'), 'nothing')
  expect((await run(5)).sort()).toEqual(['refused', 'stored'])
  expect(JSON.stringify([...documents])).not.toContain('MARTIN')
  expect(await run(5)).toEqual([])

  writeFileSync(join(folder, 'new.dcm'), object(3))
  appendFileSync(join(folder, 'notes.txt'), ' more')
  rmSync(join(folder, 'MARTIN.dcm'))
  expect((await run(5)).sort()).toEqual(['refused', 'stored'])
  writeFileSync(join(folder, 'MARTIN.dcm'), object(1))
  expect(await run(5)).toEqual(['stored'])
})

it('remembers what it took of a share that goes away for a while', async () => {
  const folder = temporaryFolder()
  const [share, away] = [join(folder, 'share'), join(folder, 'away')]
  const documents = new Map<string, string>()
  const taken = new TakenFiles({
    loadDocument: async (name: string) => documents.get(name) ?? null,
    saveDocument: async (name: string, text: string) => void documents.set(name, text),
  })
  const outcomes: ImportOutcome[] = []
  let looks = 0
  const watcher = createFolderWatcher({
    importFile: (bytes) => importFile(createMemoryCache(), bytes),
    onReadable: () => {
      looks += 1
    },
    onTaken: (outcome) => void outcomes.push(outcome),
    keepOut: [],
    taken,
    lookEvery: 5,
  })
  onTestFinished(() => watcher.stop())
  const moreLooks = async () => {
    const before = looks
    await expect.poll(() => looks, { interval: 5 }).toBeGreaterThan(before + 3)
  }
  mkdirSync(share)
  for (const instance of [1, 2, 3]) writeFileSync(join(share, `${instance}`), object(instance))
  watcher.watch({ path: share, after: 'keep' })
  await expect.poll(() => [...documents.values()].join('').length / 16, { interval: 5 }).toBe(3)
  // Where a share was mounted, an empty folder is left.
  renameSync(share, away)
  mkdirSync(share)
  await moreLooks()
  rmSync(share, { recursive: true })
  renameSync(away, share)
  // Another run begins with what is noted.
  watcher.watch({ path: share, after: 'keep' })
  await moreLooks()
  expect(outcomes).toHaveLength(3)
})

it('ends also where the folder no longer answers', async () => {
  const begun = Promise.withResolvers<void>()
  const folder = temporaryFolder()
  const watcher = createFolderWatcher({
    importFile: () => {
      begun.resolve()
      return new Promise(() => undefined)
    },
    onReadable: () => undefined,
    onTaken: () => undefined,
    keepOut: [],
    lookEvery: 5,
    endWithin: 20,
  })
  writeFileSync(join(folder, 'one.dcm'), object(1))
  watcher.watch({ path: folder, after: 'keep' })
  await begun.promise
  await watcher.stop()
}, 20_000)

it('rests after what looking took, and not after what taking took', async () => {
  const folder = temporaryFolder()
  let now = 0
  let looks = 0
  let taken = 0
  const watcher = createFolderWatcher({
    importFile: async () => {
      now += 3_600_000
      return { outcome: 'stored' }
    },
    onReadable: () => {
      looks += 1
    },
    onTaken: () => {
      taken += 1
    },
    keepOut: [],
    lookEvery: 5,
    now: () => now,
  })
  onTestFinished(() => watcher.stop())
  writeFileSync(join(folder, 'one.dcm'), object(1))
  watcher.watch({ path: folder, after: 'keep' })
  await expect.poll(() => taken, { interval: 5 }).toBe(1)
  const before = looks
  await expect.poll(() => looks, { interval: 5, timeout: 20_000 }).toBeGreaterThan(before)
}, 30_000)
