/** Nothing of a patient stands in clear in the data folder: not in files, not in the WAL, not in names. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ctImage, pixels, store } from './data-sets.ts'
import { testStores } from './records/test-records.ts'
import { testCache } from './test-cache.ts'

const everything = (folder: string): { name: string; bytes: Buffer; mode: number; isFile: boolean }[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const path = join(folder, name)
    const stats = statSync(path)
    return {
      name,
      mode: stats.mode & 0o777,
      isFile: stats.isFile(),
      bytes: stats.isFile() ? readFileSync(path) : Buffer.alloc(0),
    }
  })

/** What could be found, in the encodings it could be found in. */
const secrets = (): Buffer[] => {
  const texts = [
    'MÜLLERSON',
    'mullerson',
    'MULLERSON',
    '1.2.826.0.1.77',
    '19510203',
    'TDM thorax',
    'Parenchyme',
    'MODALITY',
    'secret note',
  ]
  const runs = [pixels(64).subarray(0, 24), pixels(4096).subarray(2000, 2024)]
  return [
    ...texts.flatMap((text) => [
      Buffer.from(text),
      Buffer.from(text, 'utf16le'),
      Buffer.from(Buffer.from(text).toString('hex')),
    ]),
    ...runs,
  ]
}

it('keeps names, identifiers, headers and pixels encrypted while it is open and after', async () => {
  const cache = await testCache()
  for (let instance = 1; instance <= 5; instance += 1) await store(cache, ctImage({ instance, seed: 1 }))
  const { notes } = testStores(cache.dataFolder)
  notes.saveDocument('note', 'secret note about MÜLLERSON')
  notes.saveSettings({ aeTitle: 'MODALITY' })
  await cache.listStudies({
    search: 'muller',
    modalities: [],
    sort: 'PatientName',
    descending: false,
    offset: 0,
    limit: 9,
  })
  const look = (): void => {
    const files = everything(cache.dataFolder)
    expect(files.map(({ name }) => name).join()).toMatch(/index\.sqlite.*\.pack/)
    for (const { name, bytes, mode, isFile } of files) {
      for (const secret of secrets()) {
        expect(bytes.includes(secret), `${secret.toString('latin1')} in ${name}`).toBe(false)
        expect(name).not.toContain(secret.toString())
      }
      expect(mode & 0o077, `rights of ${name}`).toBe(0)
      expect(mode, `rights of ${name}`).toBe(isFile ? 0o600 : 0o700)
    }
  }
  look()
  await cache.close()
  look()
  // The same search finds them where they are known to be in clear.
  expect(secrets().filter((secret) => ctImage({ seed: 1 }).bytes.includes(secret)).length).toBeGreaterThan(6)
})
