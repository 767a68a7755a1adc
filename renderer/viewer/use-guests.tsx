/** Other studies of the patient read beside the open one: their series join its own. */
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { StudyRow } from '../../main/contract/studies.ts'
import type { SeriesContents } from './strip/strip-items.ts'
import { useStudyContents } from './use-study-contents.ts'

type Contents = readonly SeriesContents[]

/** Reads one study and hands its series on, as they come. */
export function GuestStudy(props: {
  StudyInstanceUID: string
  onContents(StudyInstanceUID: string, contents: Contents): void
}) {
  const { StudyInstanceUID, onContents } = props
  const { contents } = useStudyContents(StudyInstanceUID)
  useEffect(() => onContents(StudyInstanceUID, contents), [StudyInstanceUID, contents, onContents])
  return null
}

/** Which studies are invited, and the series of all: the open study's own first. */
export function useGuests(others: readonly StudyRow[], own: Contents) {
  const [invited, setInvited] = useState<readonly string[]>([])
  const [read, setRead] = useState<ReadonlyMap<string, Contents>>(new Map())
  const take = useCallback((StudyInstanceUID: string, contents: Contents) => {
    setRead((before) => new Map(before).set(StudyInstanceUID, contents))
  }, [])
  const invite = useCallback((StudyInstanceUID: string) => {
    setInvited((before) => (before.includes(StudyInstanceUID) ? before : [...before, StudyInstanceUID]))
  }, [])
  const rows = useMemo(
    () => others.filter(({ StudyInstanceUID }) => invited.includes(StudyInstanceUID)),
    [others, invited],
  )
  const contents = useMemo(() => [...own, ...invited.flatMap((guest) => read.get(guest) ?? [])], [own, invited, read])
  return { invited, rows, contents, invite, take }
}
