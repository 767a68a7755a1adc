import { expect, it } from 'vitest'
import { packsToCopy } from '../../../../main/cache/backup/packs-to-copy.ts'

it('copies what the index knows, and packs that it was behind as long as they were, or as far as it knows them since', () => {
  const known = [
    { packId: 'whole', keyId: 'k1', indexedEnd: 100 },
    { packId: 'grown', keyId: 'k2', indexedEnd: 900 },
    { packId: 'behind', keyId: 'k3', indexedEnd: 50 },
  ]
  const behind = [
    { packId: 'grown', size: 500 },
    { packId: 'behind', size: 70 },
    { packId: 'unknown', size: 30 },
    { packId: 'dead', size: 40 },
    { packId: 'gone', size: 60 },
  ]
  const keyIdOf = (packId: string) => (packId === 'gone' ? null : 'k4')
  expect(packsToCopy(known, new Set(['dead']), behind, keyIdOf)).toEqual([
    { packId: 'whole', keyId: 'k1', indexedEnd: 100, copiedEnd: 100 },
    { packId: 'grown', keyId: 'k2', indexedEnd: 900, copiedEnd: 900 },
    { packId: 'behind', keyId: 'k3', indexedEnd: 50, copiedEnd: 70 },
    { packId: 'unknown', keyId: 'k4', indexedEnd: 0, copiedEnd: 30 },
  ])
})
