/** What the programs say when a station cannot start. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CacheError } from '../../main/cache/index.ts'
import { exitCodes, startFailure } from '../../main/station-process.ts'
import { temporaryFolder } from './cache/temporary-folder.ts'

it('says how much room has to be made on a disk that has none left to open the data folder', () => {
  const dataFolder = temporaryFolder()
  const failure = () => startFailure(new CacheError('disk-full', 'There is no room.'), dataFolder)
  expect(failure()).toMatchObject({ exitCode: exitCodes.failed, roomNeeded: 64 })
  writeFileSync(join(dataFolder, 'index.sqlite'), Buffer.alloc(3_000_000))
  const { sentence, roomNeeded } = failure()
  expect(roomNeeded).toBe(70)
  expect(sentence).toContain(`on the disk of the data folder ${dataFolder}`)
  expect(sentence).toContain('Free 70 MB there')
})
