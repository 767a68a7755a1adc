/** A pack that waits for the index, brought up to it slice by slice. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import type { IndexEntry } from '../../../../main/cache/index-database/index-writer.ts'
import { nodePackFiles } from '../../../../main/cache/packs/pack-files.ts'
import { StudyKeys } from '../../../../main/cache/packs/study-keys.ts'
import { PackRecovery } from '../../../../main/cache/store/pack-recovery.ts'
import { ctImage } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { packFiles, put, STATION_KEY, testStore } from '../test-cache.ts'

it('loses no object that lies behind a damaged one and over the end of a slice', async () => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder })
  // The second ends within the first 32 MiB of the pack, the third behind them.
  for (const [instance, rows] of [8, 3200, 3200, 8].entries()) await put(store, ctImage({ instance, rows }), 1_000_000)
  await store.close()
  const [path = ''] = packFiles(dataFolder)
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, Buffer.from('not what was written'), 0, 20, 10_000_000)
  closeSync(descriptor)

  const folder = dataFolderAt(dataFolder)
  let isWritable = false
  const indexed: IndexEntry[] = []
  const recovery = new PackRecovery({
    folder,
    files: nodePackFiles,
    keys: new StudyKeys(folder, STATION_KEY),
    damage: { note: () => undefined },
    index: {
      insert(entries) {
        if (!isWritable) throw Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' })
        indexed.push(...entries)
        return []
      },
    },
  })
  const recovered = recovery.recover(basename(path, '.pack'), null)
  const pack = recovered.kind === 'read' ? recovered.waiting?.pack : undefined
  if (!pack) throw new Error('nothing waits')
  isWritable = true
  for (let slices = 0; slices < 20 && !recovery.goOn(pack).isDone; slices += 1);
  expect(indexed.map(({ row }) => row.SOPInstanceUID.split('.').at(-1))).toEqual(['0', '2', '3'])
})
