/** A station killed while it imports an archive: what was stored is whole, the rest comes the next time, and nothing lies about. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { part10Header } from '../../../main/dataset/index.ts'
import { createIntakes } from '../../../main/importer/intakes.ts'
import { foundInClear, imagesOfPatient } from '../../helpers/recognisable-patient.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { testCache } from '../cache/test-cache.ts'
import { zipOf } from './zip-archive.ts'

it('keeps whole objects only, takes the rest the next time, and left nothing unencrypted', async () => {
  const [dataFolder, TMPDIR] = [temporaryFolder(), temporaryFolder()]
  const archive = join(temporaryFolder(), 'disc.zip')
  const images = imagesOfPatient(5)
  const files = images.map(
    ({ request, bytes }, at) => [`${at}`, Buffer.concat([part10Header(request), bytes])] as const,
  )
  writeFileSync(archive, await zipOf(Object.fromEntries(files)))
  const script = join(import.meta.dirname, 'importing-process.ts')
  const child = spawn(process.execPath, [script, dataFolder, archive], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR },
  })
  const exit = once(child, 'exit')
  // It never ends by itself, and holds what it inherited open.
  onTestFinished(() => void child.kill('SIGKILL'))
  const [told] = await Promise.race([once(child.stdout, 'data'), exit])
  expect(String(told)).toContain('in the middle')
  child.kill('SIGKILL')
  await exit
  expect(foundInClear(dataFolder, TMPDIR)).toEqual([])

  const cache = await testCache({ dataFolder })
  expect(cache.recovery).toMatchObject({ damagedStretches: 0, unreadablePacks: 0, missingPacks: 0 })
  expect(await cache.totals()).toMatchObject({ instances: 2 })
  const intakes = createIntakes({ cache, onChange: () => undefined })
  const intakeId = intakes.look([archive])
  await expect.poll(() => intakes.get(intakeId)?.state).toBe('ready')
  expect(intakes.take(intakeId)).toBe(true)
  await expect.poll(() => intakes.get(intakeId)?.state).toBe('done')
  expect(intakes.get(intakeId)?.progress.counts).toMatchObject({ stored: 3, duplicate: 2, refused: 0 })
  for (const { request, bytes } of images) {
    const key = await cache.findInstance({ SOPInstanceUID: request.SOPInstanceUID })
    const object = await cache.open(key ?? -1)
    expect(bytes.equals(await object.read(0, object.length))).toBe(true)
  }
  expect(foundInClear(dataFolder, TMPDIR)).toEqual([])
  await intakes.stop()
}, 180_000)
