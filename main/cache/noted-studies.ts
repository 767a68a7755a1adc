/** What is noted of studies goes into the records too: an index that is made anew does not know it. */
import type { Cache } from './cache.ts'
import type { Records } from './records/records.ts'

/** The cache, whose notes of studies are durable in `records` when they resolve. */
export const withNotedStudies = <C extends Pick<Cache, 'markOpened' | 'expectInstances'>>(
  cache: C,
  records: { studyNotes: Pick<Records['studyNotes'], 'opened' | 'expected'> },
): C => ({
  ...cache,
  markOpened: async (StudyInstanceUID: string, at: string) => {
    await records.studyNotes.opened(StudyInstanceUID, at)
    await cache.markOpened(StudyInstanceUID, at)
  },
  expectInstances: async (StudyInstanceUID: string, count: number) => {
    await records.studyNotes.expected(StudyInstanceUID, count)
    await cache.expectInstances(StudyInstanceUID, count)
  },
})
