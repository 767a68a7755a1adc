/** Holds off the computer's sleep while the station must not be interrupted; the screen may go dark. */
import { powerSaveBlocker } from 'electron'

export interface SleepGuard {
  hold(id: number): void
  release(id: number): void
  /** Forgets every hold, after the station that asked for them died. */
  releaseAll(): void
}

/** One blocker for any number of holds. */
export function createSleepGuard(): SleepGuard {
  const holds = new Set<number>()
  let blocker: number | null = null
  const settle = () => {
    if (holds.size > 0) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  }
  return {
    hold(id) {
      holds.add(id)
      settle()
    },
    release(id) {
      holds.delete(id)
      settle()
    },
    releaseAll() {
      holds.clear()
      settle()
    },
  }
}
