/** Smart lists as plain values: which one the list shows, how they are moved and named. */
import {
  MAX_LIST_NAME,
  type ListQuestion as SavedQuestion,
  type SmartList,
} from '../../../main/contract/smart-lists.ts'
import type { StudyReportState } from '../../../main/contract/studies.ts'
import { type ListQuestion, reportStates } from '../list-state.ts'

/** What the list is asked to show, as it is kept. */
export const questionToSave = (question: ListQuestion): SavedQuestion => ({
  search: question.search.trim().slice(0, 200),
  today: question.today,
  recent: question.recent,
  modalities: [...question.modalities].sort().slice(0, 32),
  // Left out where it says nothing: lists of before know no reports.
  ...(question.reports?.length ? { reports: [...question.reports].sort() } : {}),
  sort: question.sort,
  descending: question.descending,
})

/** Whether both ask for the same studies in the same order. */
export const isSameQuestion = (one: ListQuestion, other: ListQuestion): boolean =>
  JSON.stringify(questionToSave(one)) === JSON.stringify(questionToSave(other))

/** The list that shows what is asked; null when none does. */
export const currentList = (lists: readonly SmartList[], question: ListQuestion): SmartList | null =>
  lists.find((list) => isSameQuestion(list.question, question)) ?? null

/** The ids with one moved by so many places. */
export const movedBy = (listIds: readonly string[], listId: string, by: number): string[] => {
  const others = listIds.filter((id) => id !== listId)
  others.splice(Math.max(0, listIds.indexOf(listId) + by), 0, listId)
  return others
}

/** The list after (`1`) or before (`-1`) the current one, around the ends; without a current one the first or last. */
export const besides = (lists: readonly SmartList[], current: SmartList | null, by: 1 | -1): SmartList | undefined => {
  if (current === null) return lists.at(by === 1 ? 0 : -1)
  return lists[(lists.indexOf(current) + by + lists.length) % lists.length]
}

/** As long as a name may be; what is cut ends in a sign that it was. */
const shortened = (text: string): string =>
  text.length <= MAX_LIST_NAME ? text : `${text.slice(0, MAX_LIST_NAME - 1).replace(/[\ud800-\udbff]$/, '')}…`

/** A name to begin with: what narrows the list, in the person's words. */
export const suggestedName = (
  question: ListQuestion,
  words: { today: string; recent: string; report: (state: StudyReportState) => string },
): string =>
  shortened(
    [
      ...[...question.modalities].sort(),
      ...reportStates.filter((state) => question.reports?.includes(state)).map(words.report),
      question.search.trim(),
      ...(question.today ? [words.today] : []),
      ...(question.recent ? [words.recent] : []),
    ]
      .filter(Boolean)
      .join(' · '),
  )
