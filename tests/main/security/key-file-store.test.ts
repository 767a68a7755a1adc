import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeyFileStore } from '../../../main/security/key-file-store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the key file', () => {
  const create = (keyFile = join(folder, 'keys', 'station.key')) =>
    createKeyFileStore({ keyFile, dataFolder: join(folder, 'data') })

  it('keeps the key in a file for its owner alone, and leaves nothing beside it', async () => {
    const store = create()
    const key = randomBytes(32)
    expect(await store.load()).toBeNull()
    await store.save(key)
    expect(await store.load()).toEqual(key)
    expect(statSync(store.keyFile).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'keys'))).toEqual(['station.key'])
    expect(store.isExposed()).toBe(false)
  })

  it('tells when others may read it', async () => {
    const store = create()
    await store.save(randomBytes(32))
    chmodSync(store.keyFile, 0o640)
    expect(store.isExposed()).toBe(true)
  })

  it('replaces an older key', async () => {
    const store = create()
    await store.save(randomBytes(32))
    const key = randomBytes(32)
    await store.save(key)
    expect(await store.load()).toEqual(key)
  })

  it('refuses to lie inside the data folder, also behind a link', () => {
    mkdirSync(join(folder, 'data'))
    symlinkSync(join(folder, 'data'), join(folder, 'link'))
    for (const place of ['data/station.key', 'data/deep/station.key', 'link/station.key', 'keys/../data/station.key']) {
      expect(() => create(join(folder, place)), place).toThrowError(
        expect.objectContaining({ code: 'inside-data-folder' }),
      )
    }
  })

  it('says that a damaged file cannot be read', async () => {
    const store = create()
    await store.save(randomBytes(32))
    writeFileSync(store.keyFile, 'astreinte-station-key-1 00 00')
    await expect(store.load()).rejects.toMatchObject({ code: 'key-unreadable' })
  })

  it('says that it could not be saved', async () => {
    writeFileSync(join(folder, 'keys'), 'a file where the folder should be')
    await expect(create().save(randomBytes(32))).rejects.toMatchObject({ code: 'key-not-saved' })
  })
})
