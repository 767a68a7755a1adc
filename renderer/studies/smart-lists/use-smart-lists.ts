/** The smart lists of the station with how many studies each shows now, and what a person does with them. */
import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import type { SmartList, SmartListOutcome } from '../../../main/contract/smart-lists.ts'
import { queryClient, stationClient, trpc } from '../../services/client.ts'
import { noFilter, useListState } from '../list-state.ts'
import { filterOf } from '../use-study-pages.ts'
import { besides, currentList, movedBy, questionToSave } from './smart-list.ts'

export interface SmartLists {
  lists: readonly SmartList[]
  /** The one that the list shows; null: none. */
  current: SmartList | null
  /** Undefined before the first answer. */
  countOf(list: SmartList): number | undefined
  open(list: SmartList): void
  /** Opens the one after or before the current one. */
  openBeside(by: 1 | -1): void
  /** Keeps a list, new or changed; `failed` when the station did not answer. */
  save(list: SmartList): Promise<SmartListOutcome | 'failed'>
  /** Keeps what the list is asked now under a new name. */
  saveAs(name: string): Promise<SmartListOutcome | 'failed'>
  /** Moves one by so many places. */
  move(list: SmartList, by: number): Promise<boolean>
  /** Takes one away; what it gives brings it back to its place. Null when the station did not answer. */
  remove(list: SmartList): Promise<(() => Promise<boolean>) | null>
}

/** Tells whether it was done; the feed asks for the lists again. */
const isDone = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

/** `now` makes what is relative absolute. */
export function useSmartLists(now: number): SmartLists {
  const lists = useQuery(trpc.smartLists.list.queryOptions({})).data ?? []
  const question = useListState()
  const known = useRef(new Map<string, number>())
  // Each question once and in an order of its own: moving and naming asks for nothing anew.
  const keys = useMemo(
    () => [...new Set(lists.map((list) => JSON.stringify(filterOf(list.question, now))))].sort(),
    [lists, now],
  )
  const counts = useQuery({
    ...trpc.studies.countEach.queryOptions({ filters: keys.map((key) => JSON.parse(key)) }),
    enabled: keys.length > 0,
  }).data
  const countOf = (list: SmartList): number | undefined => {
    const name = JSON.stringify(list.question)
    const count = counts?.[keys.indexOf(JSON.stringify(filterOf(list.question, now)))]
    if (count !== undefined) known.current.set(name, count)
    return count ?? known.current.get(name)
  }
  const current = currentList(lists, question)
  const open = (list: SmartList): void => question.ask({ ...noFilter, ...list.question })
  const save = async (list: SmartList): Promise<SmartListOutcome | 'failed'> => {
    try {
      const { outcome } = await stationClient.smartLists.save.mutate(list)
      await queryClient.invalidateQueries(trpc.smartLists.list.pathFilter())
      return outcome
    } catch {
      return 'failed'
    }
  }
  const arrange = (listIds: string[]) => isDone(stationClient.smartLists.arrange.mutate({ listIds }))
  const ids = lists.map(({ listId }) => listId)
  return {
    lists,
    current,
    countOf,
    open,
    openBeside: (by) => {
      const list = besides(lists, current, by)
      if (list) open(list)
    },
    save,
    saveAs: (name) => save({ listId: crypto.randomUUID(), name, question: questionToSave(question) }),
    move: (list, by) => arrange(movedBy(ids, list.listId, by)),
    remove: async (list) => {
      if (!(await isDone(stationClient.smartLists.remove.mutate({ listId: list.listId })))) return null
      return async () => (await save(list)) === 'saved' && arrange(ids)
    },
  }
}
