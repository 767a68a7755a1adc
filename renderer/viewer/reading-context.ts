/** What every part of the reading screen shares: the engine, the study, the mounted viewports, and the state with its dispatch. */
import { createContext, type Dispatch, useContext } from 'react'
import type { ImageReference } from '../../main/contract/measurement.ts'
import type { StudyRow } from '../../main/contract/studies.ts'
import type { DisplaySet, ViewerEngine } from './engine/engine.ts'
import type { KeyboardMeasuring } from './measurements/keyboard-measuring.ts'
import type { ReadingAction, ReadingState } from './reading-state.ts'
import type { StripItem } from './strip/strip-items.ts'
import type { GuestReading } from './use-guests.tsx'
import type { Views } from './views.ts'

export interface Reading {
  engine: ViewerEngine
  study: StudyRow
  /** The other studies of the patient that are on this station. */
  others: readonly StudyRow[]
  /** Those of the others whose series are shown beside the study's own. */
  guests: readonly StudyRow[]
  /** Reads another study of the patient beside this one. */
  invite(StudyInstanceUID: string): void
  /** No longer does. */
  dismiss(StudyInstanceUID: string): void
  /** How far the reading of each guest is. */
  guestReadings: ReadonlyMap<string, GuestReading>
  /** Tries again to read what could not be read of the open study or of a guest. */
  readAgain(StudyInstanceUID: string): void
  items: readonly StripItem[]
  /** By displaySetId. */
  displaySets: ReadonlyMap<string, DisplaySet>
  state: ReadingState
  dispatch: Dispatch<ReadingAction>
  views: Views
  /** The cursor that measures by keys. */
  measuring: KeyboardMeasuring
  /** Last image painted of each display set, from 0; changes without a render. */
  positions: Map<string, number>
  /** Shows an image, wherever it is; says in words when it is not here. */
  goToImage(image: ImageReference): void
  /** Says a sentence over the viewports until it is dismissed or another comes. */
  say(notice: Notice | null): void
}

/** A sentence about something that was asked for and could not be done, or was done and can be undone. */
export interface Notice {
  tone: 'amber' | 'quiet'
  text: string
  action?: { label: string; run(): void }
}

const ReadingContext = createContext<Reading | null>(null)

export const ReadingProvider = ReadingContext.Provider

/** The reading screen's shared parts; only inside it. */
export function useReading(): Reading {
  const reading = useContext(ReadingContext)
  if (!reading) throw new Error('useReading outside the reading screen')
  return reading
}

/** The place of a grid cell among the views. */
export const cellPlace = (cell: number): string => `cell-${cell}`
