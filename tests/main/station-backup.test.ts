/** Backups from the window: one at a time, told while and after they are made; what came of a keychain opens elsewhere by the recovery key. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BackupEnd } from '../../main/cache/index.ts'
import { createKeyFileStore, type KeyStore, openVault } from '../../main/security/index.ts'
import { createBackupKeeper } from '../../main/station-backup.ts'
import { ctImage, store } from './cache/data-sets.ts'
import { testRecords } from './cache/records/test-records.ts'
import { temporaryFolder } from './cache/temporary-folder.ts'
import { testCache } from './cache/test-cache.ts'

/** The keychain of an operating system's account. */
const keychain = (): KeyStore => {
  let held: Uint8Array | null = null
  return {
    kind: 'keychain',
    load: async () => held,
    save: async (key) => {
      held = key
    },
  }
}

async function desk() {
  const place = temporaryFolder()
  const dataFolder = join(place, 'data')
  const vault = await openVault({ dataFolder, keyStore: keychain() })
  if (vault.kind !== 'open') throw new Error('locked')
  const { stationKey } = vault
  const recoveryKey = vault.drawRecoveryKey()
  expect(vault.confirmRecoveryKey(recoveryKey.slice(-5))).toBe(true)
  const cache = await testCache({ dataFolder, stationKey })
  const { notes } = await testRecords(dataFolder, stationKey)
  const begun: string[] = []
  const ends: BackupEnd['kind'][] = []
  let changes = 0
  const backups = createBackupKeeper({
    notes,
    dataFolder,
    stationKey,
    onChange: () => {
      changes += 1
    },
    onBegin: (to) => void begun.push(to),
    onEnd: (_, { kind }) => void ends.push(kind),
  })
  return {
    place,
    dataFolder,
    recoveryKey,
    cache,
    backups,
    begun,
    ends,
    changes: () => changes,
    to: join(place, 'backups'),
  }
}

it('makes one backup at a time and remembers the last; the key of a keychain is replaced by the recovery key elsewhere', async () => {
  const { place, recoveryKey, cache, backups, begun, ends, to } = await desk()
  const object = ctImage()
  await store(cache, object)
  expect(await backups.state()).toEqual({ running: null, last: null, fault: null, failedTo: null })
  expect([backups.start(to), backups.start(to), backups.isBusy]).toEqual([true, false, true])
  expect(begun).toEqual([to])
  expect((await backups.state()).running?.to).toBe(to)
  await expect.poll(() => ends).toEqual(['done'])
  const { last, running } = await backups.state()
  expect([running, last?.folder.startsWith(to)]).toEqual([null, true])

  const folder = last?.folder ?? ''
  const elsewhere = createKeyFileStore({ keyFile: join(place, 'elsewhere.key'), dataFolder: folder })
  const vault = await openVault({ dataFolder: folder, keyStore: elsewhere })
  if (vault.kind !== 'locked') throw new Error('a key that is not there opens it')
  expect((await vault.restore('AAAA-BBBB-CCCC-DDDD-EEEE-FFFF')).outcome).toBe('wrong-recovery-key')
  const answer = await vault.restore(recoveryKey)
  if (answer.outcome !== 'restored') throw new Error(answer.outcome)
  const copy = await testCache({ dataFolder: folder, stationKey: answer.vault.stationKey })
  const key = await copy.findInstance({ SOPInstanceUID: object.request.SOPInstanceUID })
  const stored = await copy.open(key ?? 0)
  expect(Buffer.from(await stored.read(0, stored.length))).toEqual(object.bytes)
})

it('says why it cannot lie there, and why one failed', async () => {
  const { place, dataFolder, backups, ends } = await desk()
  expect(backups.start(join(dataFolder, 'backups'))).toBe(false)
  expect(await backups.state()).toMatchObject({ fault: 'inside-data', failedTo: join(dataFolder, 'backups') })
  writeFileSync(join(place, 'file'), '')
  expect(backups.start(join(place, 'file', 'backups'))).toBe(true)
  await expect.poll(() => ends).toEqual(['failed'])
  expect(await backups.state()).toMatchObject({ fault: 'not-writable', failedTo: join(place, 'file', 'backups') })
})

it('is stopped when it is asked to, and leaves nothing', async () => {
  const { cache, backups, ends, to } = await desk()
  for (const study of [1, 2, 3, 4, 5]) await store(cache, ctImage({ study }))
  backups.start(to)
  await backups.stop()
  expect(['cancelled', 'done']).toContain(ends[0])
  const left = readdirSync(to).filter((name) => name !== 'lock')
  expect(left.some((name) => name.endsWith('.partial'))).toBe(false)
  expect(left).toHaveLength(ends[0] === 'done' ? 1 : 0)
  expect(backups.isBusy).toBe(false)
})
