/** Offers what the reading screen shows as evidence for a report (`evidence-port.ts`), while the screen is open. */
import { useEffect, useMemo, useRef } from 'react'
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import type { ImageLook } from '../../main/contract/report.ts'
import { type EvidencePort, offerEvidence } from './evidence-port.ts'
import { findImage, showImage, showMeasurement, whyNotFound, whyUnknown } from './go-to-image.ts'
import type { MeasurementItem, Measurements } from './measurements/use-measurements.ts'
import type { Reading } from './reading-context.ts'
import { activePlace } from './use-active-view.ts'
import { useWriting } from './use-writing.ts'

/** Going to places, with words for what is not here. */
export interface Evidence {
  goToImage(image: ImageReference, look?: ImageLook | null): void
  /** `of`: the study that it was measured in, where that is known. */
  goToMeasurement(id: string, of?: string): void
}

/** What is shown as soon as its study is read. */
type Wish =
  | { kind: 'image'; image: ImageReference; look: ImageLook | null }
  | { kind: 'measurement'; id: string; of: string | undefined }

const asKept = ({ entry }: MeasurementItem): Measurement | null => {
  if (!entry || entry.revision === null || entry.state !== 'kept') return null
  const { content, revision, createdAt, changedAt } = entry
  return { ...content, revision, createdAt, changedAt }
}

/** Registers the port; `reading` and `measurements` are those of the screen. */
export function useEvidence(reading: Reading, measurements: Measurements): Evidence {
  const w = useWriting()
  const latest = useRef({ reading, measurements, w })
  latest.current = { reading, measurements, w }
  const wish = useRef<Wish | null>(null)
  const listeners = useRef(new Set<() => void>())

  const evidence = useMemo((): Evidence => {
    const say = (key: string) => {
      const now = latest.current
      now.reading.say({ tone: 'amber', text: now.w.t(key) })
    }
    /** Says that the study of what is wanted could not be read; one press tries again. */
    const sayUnread = (StudyInstanceUID: string, reading: 'loading' | 'loadingMeasurement') => {
      const now = latest.current
      const unread = wish.current
      wish.current = null
      const run = () => {
        latest.current.reading.readAgain(StudyInstanceUID)
        wish.current = unread
        latest.current.reading.say({ tone: 'quiet', text: now.w.t(`evidence.${reading}`) })
      }
      const action = { label: now.w.t('strip.retry'), run }
      now.reading.say({ tone: 'amber', text: now.w.t('evidence.studyUnread'), action })
    }
    const goToImage = (image: ImageReference, look: ImageLook | null = null) => {
      const now = latest.current.reading
      const found = findImage(image, now.displaySets)
      wish.current = null
      if (found) return showImage(now, found.displaySet, found.position, look)
      const why = whyNotFound(image, now)
      if (why === 'not-here') return say('evidence.notHere')
      if (why === 'document') return say('evidence.notAnImage')
      // Shown as soon as its headers are read.
      wish.current = { kind: 'image', image, look }
      if (why === 'unread') return sayUnread(image.StudyInstanceUID, 'loading')
      if (why === 'in-other-study') now.invite(image.StudyInstanceUID)
      now.say({ tone: 'quiet', text: latest.current.w.t('evidence.loading') })
    }
    return {
      goToImage,
      goToMeasurement: (id, of) => {
        const { reading: now, measurements: known } = latest.current
        const item = known.all.find((candidate) => candidate.id === id)
        wish.current = null
        if (item) known.select(id)
        if (item && showMeasurement(now, item)) return
        const image = item?.entry?.content.image
        if (image) return goToImage(image)
        const why = whyUnknown(id, of, now, known)
        if (why !== 'being-read' && why !== 'unread' && why !== 'in-other-study') return say(`evidence.${why}`)
        wish.current = { kind: 'measurement', id, of }
        const measured = item?.entry?.content.StudyInstanceUID ?? of ?? ''
        if (why === 'unread') return sayUnread(measured, 'loadingMeasurement')
        if (why === 'in-other-study') now.invite(measured)
        now.say({ tone: 'quiet', text: latest.current.w.t('evidence.loadingMeasurement') })
      },
    }
  }, [])

  const { all, told, isUnread, selected } = measurements
  // What was asked for before its study was read.
  useEffect(() => {
    const wanted = wish.current
    if (!wanted) return
    if (wanted.kind === 'measurement') {
      if (whyUnknown(wanted.id, wanted.of, reading, { all, told, isUnread }) === 'being-read') return
      reading.say(null)
      return evidence.goToMeasurement(wanted.id, wanted.of)
    }
    const isThere = findImage(wanted.image, reading.displaySets) !== null
    if (!isThere && whyNotFound(wanted.image, reading) === 'being-read') return
    reading.say(null)
    evidence.goToImage(wanted.image, wanted.look)
  }, [reading, all, told, isUnread, evidence])

  useEffect(() => offerEvidence(portOf(latest, evidence, listeners.current)), [evidence])
  const { views, state } = reading
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever the port answers from
  useEffect(() => {
    for (const listener of [...listeners.current]) listener()
  }, [all, selected, state])
  useEffect(() => {
    const tell = () => {
      for (const listener of [...listeners.current]) listener()
    }
    let followed: (() => void)[] = []
    const follow = () => {
      for (const stop of followed) stop()
      followed = views.all().map((view) => view.subscribe(tell))
      tell()
    }
    follow()
    const stop = views.subscribe(follow)
    return () => {
      stop()
      for (const one of followed) one()
    }
  }, [views])
  return evidence
}

function portOf(
  latest: { readonly current: { reading: Reading; measurements: Measurements } },
  evidence: Evidence,
  listeners: Set<() => void>,
): EvidencePort {
  const find = (id: string | null | undefined) => {
    const item = latest.current.measurements.all.find((candidate) => candidate.id === id)
    return item ? asKept(item) : null
  }
  return {
    ...evidence,
    lastMeasurement: () => {
      const { store, selected } = latest.current.measurements
      const id = selected?.id ?? store.lastChanged()
      if (id !== null) void store.whenKept(id)
      return find(id)
    },
    measurement: find,
    currentImage: () => currentImage(latest.current.reading),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function currentImage({ state, views, displaySets }: Reading): ReturnType<EvidencePort['currentImage']> {
  const view = views.get(activePlace(state))
  const displaySet = view && displaySets.get(view.displaySetId)
  const painted = view?.state()
  const header = painted?.frame && displaySet?.headers.get(painted.frame.instanceKey)
  if (!painted?.frame || !header || painted.status !== 'painted') return null
  const { SOPClassUID, SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID, NumberOfFrames } = header
  const frame = NumberOfFrames > 1 ? painted.frame.frame + 1 : null
  const { voi } = painted
  return {
    image: { SOPClassUID, SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID, frame },
    look: {
      // An image shown by its table has no window: the table is in the image.
      window: voi && !voi.table?.isApplied ? { center: voi.center, width: voi.width, function: voi.function } : null,
      ...(painted.invert ? { invert: true } : {}),
    },
  }
}
