import { expect, it } from 'vitest'
import type { SmartList } from '../../main/contract/smart-lists.ts'
import { createFeed } from '../../main/http/index.ts'
import { smartListCalls } from '../../main/station-smart-lists.ts'
import { answeringStores } from './cache/records/test-records.ts'

const list = (number: number, name: string): SmartList => ({
  listId: `00000000-0000-4000-8000-00000000000${number}`,
  name,
  question: { search: '', today: true, recent: false, modalities: ['CT'], sort: 'StudyDate', descending: true },
})

it('tells every window of each change, and of none that was refused', async () => {
  const told: unknown[] = []
  const records = answeringStores()
  const calls = smartListCalls(() => ({ records }) as never, {
    ...createFeed(),
    publish: ({ kind }) => void told.push(kind),
  })
  const [ours, other] = [list(1, 'À lire'), list(2, 'a lire')]
  expect(await calls.save(ours)).toEqual({ outcome: 'saved' })
  expect(await calls.save(other)).toEqual({ outcome: 'name-taken' })
  expect(told).toHaveLength(1)
  await calls.save({ ...other, name: 'IRM' })
  await calls.arrange({ listIds: [other.listId, ours.listId] })
  expect((await calls.list({})).map(({ name }) => name)).toEqual(['IRM', 'À lire'])
  await calls.remove({ listId: ours.listId })
  expect(await calls.list({})).toEqual([{ ...other, name: 'IRM' }])
  expect(told).toEqual(Array(4).fill('smartListsChanged'))
})
