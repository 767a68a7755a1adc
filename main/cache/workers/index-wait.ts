/**
 * What a query waits for before it goes out: that the store has indexed what it answered. A store whose disk hangs does not answer; then the query
 * goes on with what the index has, and so do those that follow, until the store answers again.
 */

/**
 * ms: much longer than the store takes for anything on a disk that works (the removal of a large study, a checkpoint, some 100 ms), and about as
 * long as a person waits for a list before taking the program for dead.
 */
const PATIENCE = 3000

export interface IndexWaitOptions {
  /** Asks the store to index what it answered; resolves or rejects when it has tried. */
  index(): Promise<unknown>
  /** The store stopped answering, or answers again. */
  onStalled(isStalled: boolean): void
  /** Calls `work` after `ms`, unless the returned function is called before. */
  after?(ms: number, work: () => void): () => void
}

export interface IndexWait {
  /** Resolves when the index is up to what was answered before, or is not going to be soon. */
  upToDate(): Promise<void>
  /** What {@link IndexWait.upToDate} gave last; null before the first. */
  readonly last: Promise<void> | null
}

const timer = (ms: number, work: () => void): (() => void) => {
  const timeout = setTimeout(work, ms)
  return () => clearTimeout(timeout)
}

export const createIndexWait = ({ index, onStalled, after = timer }: IndexWaitOptions): IndexWait => {
  let last: Promise<void> | null = null
  let isStalled = false
  const setStalled = (stalled: boolean): void => {
    if (stalled === isStalled) return
    isStalled = stalled
    onStalled(stalled)
  }
  return {
    get last() {
      return last
    },
    upToDate: () => {
      // It has a question to answer already, and whoever waited once is not to wait again.
      if (isStalled) return Promise.resolve()
      const asked = index()
      last = new Promise((resolve) => {
        const cancel = after(PATIENCE, () => {
          setStalled(true)
          resolve()
        })
        const answered = (): void => {
          cancel()
          setStalled(false)
          resolve()
        }
        asked.then(answered, answered)
      })
      return last
    },
  }
}
