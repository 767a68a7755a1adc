/** Tells the station which studies this window shows, for as long as it does: those stay in its cache. */
import { useEffect } from 'react'
import { stationClient } from './client.ts'

/** Holds these studies while the calling component is mounted. */
export function useShownStudies(StudyInstanceUIDs: readonly string[]): void {
  const list = [...StudyInstanceUIDs].sort().join(' ')
  useEffect(() => {
    const studies = list.split(' ').filter(Boolean)
    if (studies.length === 0) return
    const subscription = stationClient.studies.showing.subscribe({ StudyInstanceUIDs: studies }, {})
    return () => subscription.unsubscribe()
  }, [list])
}
