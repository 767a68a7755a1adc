/** How far the demo studies are sent, from the feed. */
import { create } from 'zustand'
import type { StationEvent } from '../../main/contract/station.ts'

type DemoProgress = Extract<StationEvent, { kind: 'demoProgress' }>

export const useDemoProgress = create<Partial<Record<DemoProgress['demo'], DemoProgress>>>(() => ({}))

/** Keeps the last progress of each demo study. */
export const noteDemoProgress = (event: DemoProgress): void => useDemoProgress.setState({ [event.demo]: event })
