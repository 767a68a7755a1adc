import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { PackCopies } from '../../../../main/cache/backup/copy-packs.ts'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const write = (path: string, bytes: Buffer): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

it('copies again what was no indexed record yet: it may have been given up, and another one be in its place', async () => {
  const [from, to] = [dataFolderAt(temporaryFolder()), dataFolderAt(temporaryFolder())]
  const [packId, keyId] = ['a'.repeat(32), 'b'.repeat(32)]
  write(from.keyFile(keyId), Buffer.alloc(84))
  const indexed = Buffer.alloc(50, 'i')
  write(from.packFile(packId), Buffer.concat([indexed, Buffer.alloc(20, 'u')]))
  const copies = new PackCopies(from, to)
  expect(await copies.copy({ packId, keyId, indexedEnd: 50, copiedEnd: 70 })).toBe(true)
  expect([copies.bytes, readFileSync(to.packFile(packId)).length]).toEqual([70, 70])
  const now = Buffer.concat([indexed, Buffer.alloc(60, 'r')])
  write(from.packFile(packId), now)
  const known = { packId, keyId, indexedEnd: 110, copiedEnd: 110 }
  expect(copies.missing([known])).toBe(60)
  expect(await copies.copy(known)).toBe(true)
  expect(readFileSync(to.packFile(packId))).toEqual(now)
  expect([copies.bytes, copies.missing([known])]).toEqual([110, 0])
})
