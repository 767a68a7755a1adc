/** The receiving thread's side of ingest, with a store that takes bytes when the test says so. */
import { expect, it } from 'vitest'
import { IngestClient } from '../../../../main/cache/ingest-client.ts'
import { SLOT_LENGTH, SlotReader } from '../../../../main/cache/workers/shared-slots.ts'
import type { ToStore } from '../../../../main/cache/workers/store-messages.ts'

const request = {
  origin: 'received' as const,
  peer: { AETitle: 'A', address: '127.0.0.1' },
  SOPClassUID: '1.2',
  SOPInstanceUID: '1.2.3',
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
}

/** A store whose slots are taken one by one. */
const slowStore = () => {
  const slots = new SlotReader()
  const waiting: { slot: number; length: number }[] = []
  const client = new IngestClient((message: ToStore) => {
    if (message.type === 'slot') slots.add(message.slot, message.memory)
    if (message.type === 'data' && message.slot !== null) waiting.push({ slot: message.slot, length: message.length })
  })
  const taken: number[] = []
  const takeOne = () => {
    const next = waiting.shift()
    if (next) slots.take(next.slot, next.length, (bytes) => taken.push(bytes[0] ?? -1))
  }
  return { client, waiting, taken, takeOne }
}

const filled = (value: number) => new Uint8Array(SLOT_LENGTH).fill(value)

/** Slots that hold what one sender may have under way: a megabyte. */
const MOST = (1024 * 1024) / SLOT_LENGTH
const numbers = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

it('asks the sender to wait with a megabyte under way, and goes on when one was taken', async () => {
  const { client, waiting, takeOne } = slowStore()
  const writer = client.ingest(request)
  const rooms = numbers(MOST).map((value) => writer.write(filled(value)))
  expect(rooms.map((room) => room === undefined)).toEqual(numbers(MOST).map((value) => value < MOST))
  expect(waiting).toHaveLength(MOST)
  takeOne()
  await rooms.at(-1)
  expect(writer.write(new Uint8Array(1))).toBeUndefined()
})

it('does not wait for a slot that it fills again itself', async () => {
  const { client, waiting, taken, takeOne } = slowStore()
  const writer = client.ingest(request)
  for (const value of numbers(MOST - 1)) writer.write(filled(value))
  // The first is taken before the last goes out, and is filled again by what comes behind.
  takeOne()
  const room = writer.write(new Uint8Array([...filled(MOST), MOST + 1]))
  expect([room, waiting.length]).toEqual([undefined, MOST - 1])
  for (const value of [MOST + 2, MOST + 3]) writer.write(filled(value))
  while (waiting.length > 0) takeOne()
  expect(taken).toEqual(numbers(MOST + 2))
})
