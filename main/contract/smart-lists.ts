/** Smart lists: what the study list is asked to show, kept under a name. Dates in them are relative, so that "today" is always today. */
import { z } from 'zod'
import { mutation, query } from './define.ts'
import { studyReportState, studySortColumn } from './studies.ts'

/** How many a person can keep: their counts are made anew while studies come in. */
export const MAX_SMART_LISTS = 50
/** Length of a name, in UTF-16 code units. */
export const MAX_LIST_NAME = 60

/** Search, filters and order of the study list. */
export const listQuestion = z.object({
  search: z.string().max(200),
  /** Studies of today only. */
  today: z.boolean(),
  /** Studies received lately only. */
  recent: z.boolean(),
  modalities: z.array(z.string().max(16)).max(32),
  /** As in the filter of the study list. */
  reports: z.array(studyReportState).max(4).optional(),
  sort: studySortColumn,
  descending: z.boolean(),
})
export type ListQuestion = z.infer<typeof listQuestion>

export const smartList = z.object({
  /** Drawn by the window that makes it, so that saving again changes nothing. */
  listId: z.uuid(),
  name: z.string().trim().min(1).max(MAX_LIST_NAME),
  question: listQuestion,
})
export type SmartList = z.infer<typeof smartList>

/** `name-taken`: another list has this name, whatever its case and accents. `full`: there are {@link MAX_SMART_LISTS}. */
export const smartListOutcome = z.enum(['saved', 'name-taken', 'full'])
export type SmartListOutcome = z.infer<typeof smartListOutcome>

export const smartLists = {
  /** All, in the order that a person gave them. */
  list: query(z.object({}), z.array(smartList)),
  /** Adds a list behind the others, or changes the one with this id where it stands. */
  save: mutation(smartList, z.object({ outcome: smartListOutcome })),
  /** Puts them in this order; those not named stay behind these. */
  arrange: mutation(z.object({ listIds: z.array(z.uuid()).max(MAX_SMART_LISTS) }), z.object({})),
  remove: mutation(z.object({ listId: z.uuid() }), z.object({})),
}
