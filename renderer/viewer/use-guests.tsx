/** Other studies of the patient read beside the open one: their series join its own. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { StudyRow } from '../../main/contract/studies.ts'
import type { SeriesContents } from './strip/strip-items.ts'
import { useStudyContents } from './use-study-contents.ts'

type Contents = readonly SeriesContents[]

/** How far the reading of a guest is. */
export interface GuestReading {
  /** Its rows are there, though not every series' headers need be. */
  isRead: boolean
  /** Not even its rows could be read. */
  isUnread: boolean
  /** Series whose headers could not be read. */
  failedSeries: number
  retry(): void
}

interface Guest extends GuestReading {
  contents: Contents
}

/** Reads one study and hands its series on, as they come. */
export function GuestStudy(props: { StudyInstanceUID: string; onRead(StudyInstanceUID: string, guest: Guest): void }) {
  const { StudyInstanceUID, onRead } = props
  const { study, isUnread, contents, failed, retry } = useStudyContents(StudyInstanceUID)
  const again = useRef(retry)
  again.current = retry
  const isRead = study !== undefined
  const failedSeries = failed.length
  useEffect(
    () => onRead(StudyInstanceUID, { contents, isRead, isUnread, failedSeries, retry: () => again.current() }),
    [StudyInstanceUID, contents, isRead, isUnread, failedSeries, onRead],
  )
  return null
}

/** Which studies are invited, `saved` at first, and the series of all: the open study's own first. */
export function useGuests(others: readonly StudyRow[], own: Contents, saved: readonly string[]) {
  const [invited, setInvited] = useState(saved)
  const [read, setRead] = useState<ReadonlyMap<string, Guest>>(new Map())
  const take = useCallback((StudyInstanceUID: string, guest: Guest) => {
    setRead((before) => new Map(before).set(StudyInstanceUID, guest))
  }, [])
  const invite = useCallback((StudyInstanceUID: string) => {
    setInvited((before) => (before.includes(StudyInstanceUID) ? before : [...before, StudyInstanceUID]))
  }, [])
  const dismiss = useCallback((StudyInstanceUID: string) => {
    setInvited((before) => before.filter((guest) => guest !== StudyInstanceUID))
    setRead((before) => new Map([...before].filter(([guest]) => guest !== StudyInstanceUID)))
  }, [])
  const rows = useMemo(
    () => others.filter(({ StudyInstanceUID }) => invited.includes(StudyInstanceUID)),
    [others, invited],
  )
  const contents = useMemo(
    () => [...own, ...rows.flatMap(({ StudyInstanceUID }) => read.get(StudyInstanceUID)?.contents ?? [])],
    [own, rows, read],
  )
  return { invited, rows, read, contents, invite, dismiss, take }
}
