/** The intakes of this run: each is looked at and taken on its own, and told of at most twice a second. */
import type { Intake as IntakeState } from '../contract/importer.ts'
import { Intake, type IntakeCache } from './intake.ts'

/** ms between two tellings of one. */
const TELL_EVERY = 500
/** Intakes that are kept; the oldest that is over goes first. */
const MAX_KEPT = 20

export interface IntakesOptions {
  cache: IntakeCache
  /** An intake changed; one that was dismissed too. */
  onChange(intakeId: string): void
}

export interface Intakes {
  look(paths: readonly string[]): string
  all(): IntakeState[]
  get(intakeId: string): IntakeState | null
  take(intakeId: string, StudyInstanceUIDs?: readonly string[]): boolean
  cancel(intakeId: string): Promise<void>
  dismiss(intakeId: string): Promise<void>
  /** Whether something is being taken. */
  readonly isBusy: boolean
  stop(): Promise<void>
}

export function createIntakes({ cache, onChange }: IntakesOptions): Intakes {
  const intakes = new Map<string, Intake>()
  const timers = new Map<string, NodeJS.Timeout>()
  const tellSoon = (intakeId: string): void => {
    if (timers.has(intakeId)) return
    const tell = () => {
      timers.delete(intakeId)
      onChange(intakeId)
    }
    timers.set(intakeId, setTimeout(tell, TELL_EVERY))
  }
  const dismiss = async (intakeId: string): Promise<void> => {
    const intake = intakes.get(intakeId)
    if (!intake || intake.isRunning) return
    intakes.delete(intakeId)
    onChange(intakeId)
    await intake.cancel()
  }
  const makeRoom = (): void => {
    const over = [...intakes.values()].filter(({ isOver }) => isOver)
    for (const { intakeId } of over.slice(0, Math.max(0, intakes.size - MAX_KEPT))) void dismiss(intakeId)
  }
  return {
    look(paths) {
      const intake: Intake = new Intake({ cache, paths, onChange: () => tellSoon(intake.intakeId) })
      intakes.set(intake.intakeId, intake)
      makeRoom()
      return intake.intakeId
    },
    all: () => [...intakes.values()].map(({ state }) => state),
    get: (intakeId) => intakes.get(intakeId)?.state ?? null,
    take: (intakeId, StudyInstanceUIDs) => intakes.get(intakeId)?.take(StudyInstanceUIDs) ?? false,
    cancel: async (intakeId) => intakes.get(intakeId)?.cancel(),
    dismiss,
    get isBusy() {
      return [...intakes.values()].some(({ isRunning }) => isRunning)
    },
    async stop() {
      await Promise.all([...intakes.values()].map((intake) => intake.cancel()))
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
