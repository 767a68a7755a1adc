/** Notes are written together, in their order, once; what cannot be written waits and is told. */
import { expect, it } from 'vitest'
import { createJournal, readEvent } from '../../../main/audit/index.ts'
import type { AuditEvent } from '../../../main/contract/audit.ts'

/** A journal with what was written, and what was told of it. */
const world = () => {
  const batches: string[][] = []
  const told: [boolean, number][] = []
  const disk = { isFull: false, isHeadKept: true }
  const journal = createJournal({
    append: async (events: readonly AuditEvent[]) => {
      if (disk.isFull) throw new Error('disk-full')
      batches.push(events.map(({ ActiveParticipant }) => ActiveParticipant[0]?.UserID ?? ''))
      return { isHeadKept: disk.isHeadKept }
    },
    onFailing: (isFailing, lost) => told.push([isFailing, lost]),
    now: () => new Date(0),
    gatherMs: 5,
    retryMs: 5,
  })
  const note = (name: string) => journal.note(readEvent({ UserID: name }))
  return { journal, batches, told, disk, note }
}

it('writes what is noted in a moment as one batch, without being asked to', async () => {
  const { batches, note } = world()
  for (const name of ['a', 'b', 'c']) note(name)
  expect(batches).toEqual([])
  await expect.poll(() => batches).toEqual([['a', 'b', 'c']])
})

it('keeps what could not be written, tells it, and writes it by itself when that is possible again', async () => {
  const { journal, batches, told, disk, note } = world()
  disk.isFull = true
  note('a')
  await journal.flush()
  note('b')
  expect([batches, told.at(-1)]).toEqual([[], [true, 0]])
  disk.isFull = false
  await expect.poll(() => batches).toEqual([['a', 'b']])
  await expect.poll(() => told.at(-1)).toEqual([false, 0])
})

it('tells that how far the log goes could not be kept, and does not write twice', async () => {
  const { journal, batches, told, disk, note } = world()
  disk.isHeadKept = false
  note('a')
  await journal.flush()
  expect([batches, told.at(-1)]).toEqual([[['a']], [true, 0]])
  disk.isHeadKept = true
  note('b')
  await journal.flush()
  expect([batches, told.at(-1)]).toEqual([
    [['a'], ['b']],
    [false, 0],
  ])
})

it('writes what waits when it is closed, and nothing more', async () => {
  const { journal, batches, note } = world()
  note('a')
  await journal.close()
  note('b')
  await journal.flush()
  expect(batches).toEqual([['a']])
})

it('holds a bounded number of events while nothing can be written, and says how many are lost', () => {
  const { told, disk, note } = world()
  disk.isFull = true
  for (let index = 0; index < 10_003; index += 1) note('a')
  expect(told.at(-1)).toEqual([true, 3])
})
