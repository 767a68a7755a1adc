/** The intakes of this run: each is looked at and taken on its own; how far it is is told at most twice a second. */
import type { AbortSignalLike } from '../contract/define.ts'
import type { Intake as IntakeState, OfferedRead, WantedRead } from '../contract/importer.ts'
import { Intake, type IntakeCache, type IntakeSource } from './intake.ts'
import { filesAtAll } from './sources/folder-files.ts'
import { OfferedFiles } from './sources/offered-files.ts'

/** ms between two tellings of one. */
const TELL_EVERY = 500
/** Intakes that are kept; the oldest that is over goes first. */
const MAX_KEPT = 20

export interface IntakesOptions {
  cache: IntakeCache
  /** An intake changed; one that was dismissed too. */
  onChange(intakeId: string): void
  /** Taking one is over: done, cancelled or interrupted. */
  onEnd?(state: IntakeState): void
}

/** Files as a window tells of them. */
export interface Offer {
  files: readonly { name: string; bytes: number }[]
  unreadable: readonly string[]
  isAll: boolean
}

export interface Intakes {
  look(paths: readonly string[]): string
  /** Begins to look at what a window offers; `given`: what it is called. */
  offer(given: readonly string[]): string
  addOffered(intakeId: string, offer: Offer): void
  /** For the window that holds the files of an offer: what is wanted of them. */
  wantedReads(intakeId: string, signal: AbortSignalLike): AsyncIterable<{ id: string; data: { reads: WantedRead[] } }>
  /** Takes the bytes of a read, null when the window cannot give them; resolves when they were read or nobody wants them. */
  giveOffered(read: OfferedRead, bytes: AsyncIterable<Uint8Array> | null): Promise<void>
  all(): IntakeState[]
  get(intakeId: string): IntakeState | null
  take(intakeId: string, StudyInstanceUIDs?: readonly string[]): boolean
  cancel(intakeId: string): Promise<void>
  dismiss(intakeId: string): Promise<void>
  /** Whether something is being taken. */
  readonly isBusy: boolean
  /** What was given of the intake that is being taken, or was last. */
  readonly lastGiven: readonly string[]
  stop(): Promise<void>
}

export function createIntakes({ cache, onChange, onEnd }: IntakesOptions): Intakes {
  const intakes = new Map<string, Intake>()
  const offers = new Map<string, OfferedFiles>()
  const timers = new Map<string, NodeJS.Timeout>()
  let lastGiven: readonly string[] = []
  const tell = (intakeId: string): void => {
    clearTimeout(timers.get(intakeId))
    timers.delete(intakeId)
    onChange(intakeId)
  }
  const tellSoon = (intakeId: string): void => {
    if (!timers.has(intakeId))
      timers.set(
        intakeId,
        setTimeout(() => tell(intakeId), TELL_EVERY),
      )
  }
  const dismiss = async (intakeId: string): Promise<void> => {
    const intake = intakes.get(intakeId)
    if (!intake || intake.isRunning) return
    intakes.delete(intakeId)
    offers.delete(intakeId)
    onChange(intakeId)
    await intake.cancel()
  }
  const makeRoom = (): void => {
    const over = [...intakes.values()].filter(({ isOver }) => isOver)
    for (const { intakeId } of over.slice(0, Math.max(0, intakes.size - MAX_KEPT))) void dismiss(intakeId)
  }
  const begin = (source: IntakeSource): Intake => {
    let isTaking = false
    const changed = (isState: boolean): void => {
      ;(isState ? tell : tellSoon)(intake.intakeId)
      if (!isState) return
      if (intake.isRunning) lastGiven = source.given
      if (isTaking && intake.isOver) onEnd?.(intake.state)
      isTaking = intake.isRunning
    }
    const intake: Intake = new Intake({ cache, source, onChange: changed })
    intakes.set(intake.intakeId, intake)
    makeRoom()
    return intake
  }
  return {
    look(paths) {
      return begin({ given: paths, found: () => filesAtAll(paths), close: () => undefined }).intakeId
    },
    offer(given) {
      const files = new OfferedFiles({ onGone: () => intake.loseSource() })
      const intake = begin({ given, found: () => files.found(), close: () => files.close() })
      offers.set(intake.intakeId, files)
      return intake.intakeId
    },
    addOffered(intakeId, { files, unreadable, isAll }) {
      offers.get(intakeId)?.add(files, unreadable, isAll)
    },
    async *wantedReads(intakeId, signal) {
      yield* offers.get(intakeId)?.wanted(signal) ?? []
    },
    async giveOffered({ intakeId, readId }, bytes) {
      await offers.get(intakeId)?.answer(readId, bytes)
    },
    all: () => [...intakes.values()].map(({ state }) => state),
    get: (intakeId) => intakes.get(intakeId)?.state ?? null,
    take: (intakeId, StudyInstanceUIDs) => intakes.get(intakeId)?.take(StudyInstanceUIDs) ?? false,
    cancel: async (intakeId) => intakes.get(intakeId)?.cancel(),
    dismiss,
    get isBusy() {
      return [...intakes.values()].some(({ isRunning }) => isRunning)
    },
    get lastGiven() {
      return lastGiven
    },
    async stop() {
      await Promise.all([...intakes.values()].map((intake) => intake.cancel()))
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
