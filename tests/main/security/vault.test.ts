import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeyFileStore, type KeyFileStore } from '../../../main/security/key-file-store.ts'
import { type LockedVault, type OpenVault, openVault } from '../../../main/security/vault.ts'

let folder: string
let dataFolder: string
let keyStore: KeyFileStore
const now = () => new Date('2026-03-04T05:06:07Z')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-vault-'))
  dataFolder = join(folder, 'data')
  keyStore = createKeyFileStore({ keyFile: join(folder, 'station.key'), dataFolder })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const openIt = async (): Promise<OpenVault> => {
  const vault = await openVault({ dataFolder, keyStore, now })
  if (vault.kind !== 'open') throw new Error(`locked: ${vault.reason}`)
  return vault
}
const lockedIt = async (): Promise<LockedVault> => {
  const vault = await openVault({ dataFolder, keyStore, now })
  if (vault.kind !== 'locked') throw new Error('not locked')
  return vault
}
const confirmedKey = (vault: OpenVault): string => {
  const key = vault.drawRecoveryKey()
  expect(vault.confirmRecoveryKey(key.slice(-5))).toBe(true)
  return key
}

describe('the vault', () => {
  it('draws the station key once and finds it again', async () => {
    const first = await openIt()
    expect(first.stationKey).toHaveLength(32)
    expect((await openIt()).stationKey).toEqual(first.stationKey)
    expect(await keyStore.load()).toEqual(Buffer.from(first.stationKey))
  })

  it('is locked without its key, with another one and with a damaged one', async () => {
    await openIt()
    rmSync(keyStore.keyFile)
    expect((await lockedIt()).reason).toBe('key-missing')
    await keyStore.save(randomBytes(32))
    expect((await lockedIt()).reason).toBe('key-wrong')
    writeFileSync(keyStore.keyFile, 'nonsense')
    expect((await lockedIt()).reason).toBe('key-unreadable')
  })

  it('never draws a second key for a folder that holds data', async () => {
    await openIt()
    rmSync(keyStore.keyFile)
    writeFileSync(join(dataFolder, 'index.sqlite'), 'data')
    for (const name of ['vault.json', 'vault.copy.json']) rmSync(join(dataFolder, name))
    expect((await lockedIt()).reason).toBe('key-missing')
    expect(await keyStore.load()).toBeNull()
  })

  it('reads its second copy when the first is damaged', async () => {
    const { stationKey } = await openIt()
    writeFileSync(join(dataFolder, 'vault.json'), '{')
    rmSync(keyStore.keyFile)
    expect((await lockedIt()).reason).toBe('key-missing')
    await keyStore.save(stationKey)
    expect((await openIt()).stationKey).toEqual(stationKey)
  })

  it('is restored by the confirmed recovery key, which puts the station key back into the key store', async () => {
    const first = await openIt()
    const recoveryKey = confirmedKey(first)
    rmSync(keyStore.keyFile)
    const vault = await lockedIt()
    expect(vault.recoveryKeyConfirmedAt()).toBe('2026-03-04T05:06:07.000Z')
    expect(await vault.restore(recoveryKey.toLowerCase().replaceAll('-', ' '))).toMatchObject({ outcome: 'restored' })
    expect((await openIt()).stationKey).toEqual(first.stationKey)
  })

  it('is not restored by a wrong or mistyped recovery key', async () => {
    const recoveryKey = confirmedKey(await openIt())
    rmSync(keyStore.keyFile)
    const vault = await lockedIt()
    const other = confirmedKey(await openOther())
    for (const wrong of [other, recoveryKey.slice(1), '', 'x'.repeat(200)]) {
      expect(await vault.restore(wrong)).toEqual({ outcome: 'wrong-recovery-key' })
    }
    expect(await keyStore.load()).toBeNull()
  })

  it('lets the earlier recovery key work until the new one is confirmed, and no longer', async () => {
    const vault = await openIt()
    const earlier = confirmedKey(vault)
    const later = vault.drawRecoveryKey()
    expect(vault.confirmRecoveryKey('00000')).toBe(false)
    rmSync(keyStore.keyFile)
    expect(await (await lockedIt()).restore(later)).toEqual({ outcome: 'wrong-recovery-key' })
    expect(await (await lockedIt()).restore(earlier)).toMatchObject({ outcome: 'restored' })
    expect(vault.confirmRecoveryKey(later.slice(-5))).toBe(true)
    rmSync(keyStore.keyFile)
    expect(await (await lockedIt()).restore(earlier)).toEqual({ outcome: 'wrong-recovery-key' })
    expect(await (await lockedIt()).restore(later)).toMatchObject({ outcome: 'restored' })
  })

  it('accepts a key that was drawn and never confirmed as long as there is no confirmed one', async () => {
    const recoveryKey = (await openIt()).drawRecoveryKey()
    rmSync(keyStore.keyFile)
    const vault = await lockedIt()
    expect(vault.recoveryKeyConfirmedAt()).toBeNull()
    expect(await vault.restore(recoveryKey)).toMatchObject({ outcome: 'restored' })
  })

  it('keeps neither station key nor recovery key in the data folder', async () => {
    const vault = await openIt()
    const recoveryKey = vault.drawRecoveryKey()
    const files = readdirSync(dataFolder).map((name) => readFileSync(join(dataFolder, name), 'latin1').toUpperCase())
    const secrets = [recoveryKey, recoveryKey.replaceAll('-', ''), Buffer.from(vault.stationKey).toString('hex')]
    expect(files.length).toBeGreaterThan(0)
    for (const secret of secrets) for (const file of files) expect(file).not.toContain(secret.toUpperCase())
  })
})

const openOther = async (): Promise<OpenVault> => {
  const vault = await openVault({
    dataFolder: join(folder, 'other'),
    keyStore: createKeyFileStore({ keyFile: join(folder, 'other.key'), dataFolder: join(folder, 'other') }),
    now,
  })
  if (vault.kind !== 'open') throw new Error('locked')
  return vault
}

it('knows its recovery key without restoring anything', async () => {
  const vault = await openIt()
  expect(vault.isRecoveryKey('')).toBe(false)
  const key = confirmedKey(vault)
  expect(vault.isRecoveryKey(key.toLowerCase())).toBe(true)
  const next = vault.drawRecoveryKey()
  expect([vault.isRecoveryKey(key), vault.isRecoveryKey(next)]).toEqual([true, false])
  vault.confirmRecoveryKey(next.slice(-5))
  expect([vault.isRecoveryKey(key), vault.isRecoveryKey(next)]).toEqual([false, true])
})
