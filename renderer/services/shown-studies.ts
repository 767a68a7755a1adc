/** Tells the station which studies this window shows, for as long as it does: those stay in its cache. */
import { useEffect } from 'react'
import { stationClient } from './client.ts'

/** How many components of this window show each study. */
const shown = new Map<string, number>()

const count = (StudyInstanceUIDs: readonly string[], change: 1 | -1): void => {
  for (const uid of StudyInstanceUIDs) shown.set(uid, (shown.get(uid) ?? 0) + change)
}

/** Whether this window shows a study now. */
export const isShown = (StudyInstanceUID: string): boolean => (shown.get(StudyInstanceUID) ?? 0) > 0

/** Holds these studies while the calling component is mounted. */
export function useShownStudies(StudyInstanceUIDs: readonly string[]): void {
  const list = [...StudyInstanceUIDs].sort().join(' ')
  useEffect(() => {
    const studies = list.split(' ').filter(Boolean)
    if (studies.length === 0) return
    const subscription = stationClient.studies.showing.subscribe({ StudyInstanceUIDs: studies }, {})
    count(studies, 1)
    return () => {
      count(studies, -1)
      subscription.unsubscribe()
    }
  }, [list])
}
