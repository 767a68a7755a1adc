import { expect, it } from 'vitest'
import { MAX_SMART_LISTS, type SmartList } from '../../../../main/contract/smart-lists.ts'
import { testStores } from './test-records.ts'

const listOf = (number: number, name = `list ${number}`): SmartList => ({
  listId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  name,
  question: { search: 'Lefèvre', today: true, recent: false, modalities: ['CT'], sort: 'StudyDate', descending: true },
})
const [first, second, third] = [listOf(1), listOf(2), listOf(3)]

it('keeps lists as they were saved, in their order, over an opening', () => {
  const { smartLists, reopen } = testStores()
  expect(smartLists.list()).toEqual([])
  expect([second, first, third].map((list) => smartLists.save(list))).toEqual(['saved', 'saved', 'saved'])
  smartLists.arrange([first, third].map(({ listId }) => listId))
  expect(reopen().smartLists.list()).toEqual([first, third, second])
})

it('changes a list where it stands, and saving twice makes one', () => {
  const { smartLists } = testStores()
  for (const list of [first, second]) smartLists.save(list)
  const renamed = { ...first, name: 'CT à lire', question: { ...first.question, today: false } }
  expect([smartLists.save(renamed), smartLists.save(renamed)]).toEqual(['saved', 'saved'])
  expect(smartLists.list()).toEqual([renamed, second])
})

it('keeps each name once, whatever its case and accents, and a bounded number', () => {
  const { smartLists } = testStores()
  smartLists.save(listOf(0, 'À lire'))
  expect(smartLists.save(listOf(1, 'A LIRE'))).toBe('name-taken')
  for (let number = 1; number < MAX_SMART_LISTS; number += 1) smartLists.save(listOf(number))
  expect(smartLists.save(listOf(MAX_SMART_LISTS))).toBe('full')
  expect(smartLists.save(listOf(0, 'à lire demain'))).toBe('saved')
})

it('removes one, and passes over what is gone when they are put in order', () => {
  const { smartLists } = testStores()
  for (const list of [first, second, third]) smartLists.save(list)
  smartLists.remove(second.listId)
  smartLists.arrange([third, second, first].map(({ listId }) => listId))
  expect(smartLists.list()).toEqual([third, first])
})
