import { describe, expect, it } from 'vitest'
import type { SmartList } from '../../../main/contract/smart-lists.ts'
import type { ListQuestion } from '../../../renderer/studies/list-state.ts'
import {
  besides,
  currentList,
  isSameQuestion,
  movedBy,
  questionToSave,
  suggestedName,
} from '../../../renderer/studies/smart-lists/smart-list.ts'
import { filterOf } from '../../../renderer/studies/use-study-pages.ts'

const question: ListQuestion = {
  search: ' dubois ',
  today: true,
  recent: false,
  modalities: ['MR', 'CT'],
  sort: 'StudyDate',
  descending: true,
}
const listOf = (listId: string, change: Partial<ListQuestion> = {}): SmartList => ({
  listId,
  name: listId,
  question: questionToSave({ ...question, ...change }),
})
const lists = [listOf('a'), listOf('b', { today: false }), listOf('c', { sort: 'PatientName' })]

describe('a smart list', () => {
  it('is the current one when it asks for the same studies in the same order', () => {
    expect(currentList(lists, { ...question, modalities: ['CT', 'MR'], search: 'dubois' })).toBe(lists[0])
    expect(currentList(lists, { ...question, descending: false })).toBeNull()
  })

  it('that was kept before reports were known asks for any of them, and another one only for its own', () => {
    const { reports: _, ...before } = questionToSave({ ...question, reports: [] })
    expect(isSameQuestion(before, { ...question, reports: [] })).toBe(true)
    expect(isSameQuestion(before, { ...question, reports: ['none'] })).toBe(false)
    expect(filterOf({ ...question, reports: [] }, 0)).not.toHaveProperty('reports')
    expect(filterOf({ ...question, reports: ['none'] }, 0).reports).toEqual(['none'])
  })

  it('means the day on which it is opened', () => {
    const on = (day: string) => filterOf(lists[0]?.question ?? question, Date.parse(`${day}T12:00:00`)).studyDateFrom
    expect([on('2026-01-15'), on('2026-03-02')]).toEqual(['20260115', '20260302'])
  })

  it('moves among the others, not beyond the ends', () => {
    expect(movedBy(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c'])
    expect(movedBy(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b'])
    expect(movedBy(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
  })

  it('is followed by the next, and the last by the first', () => {
    const [a = null, , c = null] = lists
    expect([besides(lists, a, 1)?.listId, besides(lists, c, 1)?.listId]).toEqual(['b', 'a'])
    expect([besides(lists, a, -1)?.listId, besides(lists, null, -1)?.listId]).toEqual(['c', 'c'])
    expect(besides([], null, 1)).toBeUndefined()
  })

  it('is called by what narrows it', () => {
    const words = { today: 'Aujourd’hui', recent: '', report: (state: string) => `[${state}]` }
    expect(suggestedName(question, words)).toBe('CT · MR · dubois · Aujourd’hui')
    expect(suggestedName({ ...question, reports: ['final', 'none'] }, words)).toBe(
      'CT · MR · [none] · [final] · dubois · Aujourd’hui',
    )
    const long = suggestedName({ ...question, search: `${'m'.repeat(49)}😀 et beaucoup d’autres` }, words)
    expect(long).toBe(`CT · MR · ${'m'.repeat(49)}…`)
  })
})
