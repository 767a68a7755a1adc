/** Waiting commitment reports among documents of limited length. */
import { expect, it } from 'vitest'
import { MAX_DOCUMENT_LENGTH } from '../../main/cache/records/note-store.ts'
import { MAX_REFERENCES } from '../../main/receiver/storage-commitment/transaction.ts'
import { reportMemoryIn } from '../../main/station-report-memory.ts'

const documents = () => {
  const kept = new Map<string, string>()
  let left = Number.POSITIVE_INFINITY
  return {
    kept,
    cutAfter: (saves: number) => {
      left = saves
    },
    loadDocument: async (name: string) => kept.get(name) ?? null,
    saveDocument: async (name: string, text: string) => {
      if (text.length > MAX_DOCUMENT_LENGTH) throw new RangeError('too long')
      left -= 1
      if (left < 0) throw new Error('cut')
      kept.set(name, text)
    },
  }
}

const longest = JSON.stringify(
  Array.from({ length: MAX_REFERENCES }, (_, index) => [
    '1.2.840.10008.5.1.4.1.1.2',
    `1.2.826.0.1.3680043.8.498.12345678901234567890123456789.${index}`,
  ]),
)

it('keeps the longest request that is taken, and a shorter one in its place', async () => {
  const store = documents()
  const memory = reportMemoryIn(store)
  expect(longest.length).toBeGreaterThan(4 * MAX_DOCUMENT_LENGTH)
  expect(await memory.load(0)).toBeNull()
  await memory.save(0, longest)
  expect(await memory.load(0)).toBe(longest)
  await memory.save(0, '')
  expect(await memory.load(0)).toBe('')
  expect([...store.kept.values()].join('')).toBe('')
  await memory.save(0, 'short')
  expect(await memory.load(0)).toBe('short')
  expect(await memory.load(1)).toBeNull()
})

it('gives nothing of a request whose keeping was cut off', async () => {
  const store = documents()
  const memory = reportMemoryIn(store)
  await memory.save(0, 'before')
  for (const saves of [1, 2, 4]) {
    store.cutAfter(saves)
    await expect(memory.save(0, longest)).rejects.toThrow()
    store.cutAfter(Number.POSITIVE_INFINITY)
    expect(await memory.load(0)).toBe('')
  }
})
