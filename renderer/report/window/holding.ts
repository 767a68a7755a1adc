/**
 * A report is written in one window at a time: the one that holds its lock. The browser gives a lock back when a window closes or
 * crashes, so a report is never locked for good.
 */

export type Holding = 'asking' | 'here' | 'elsewhere'

export interface Hold {
  /** Lets another window write. With `queue` this one writes again as soon as that one is done. */
  release(queue: boolean): void
  /** Waits in line for the report. */
  queue(): void
  /** Takes the report although its window does not answer. */
  take(): void
  close(): void
}

const nameOf = (reportId: string): string => `astreinte report ${reportId}`

/** Asks for the report; `onChange` tells whether this window may write it. */
export function holdReport(reportId: string, onChange: (holding: Holding) => void): Hold {
  const name = nameOf(reportId)
  let letGo: (() => void) | null = null
  let waiting: AbortController | null = null
  let isClosed = false

  const held = (): Promise<void> => {
    waiting = null
    onChange('here')
    return new Promise((resolve) => {
      letGo = resolve
    })
  }
  /** Another window took it, or waiting was given up. */
  const lost = () => {
    letGo = null
    if (!isClosed && !waiting) onChange('elsewhere')
  }
  const queue = () => {
    if (isClosed || letGo || waiting) return
    waiting = new AbortController()
    navigator.locks.request(name, { signal: waiting.signal }, held).catch(lost)
  }
  const release = () => {
    waiting?.abort()
    waiting = null
    letGo?.()
    letGo = null
  }

  onChange('asking')
  navigator.locks
    .request(name, { ifAvailable: true }, (lock) => {
      if (isClosed) return undefined
      if (lock) return held()
      onChange('elsewhere')
      queue()
      return undefined
    })
    .catch(lost)

  return {
    release(isToQueue) {
      release()
      onChange('elsewhere')
      if (isToQueue) queue()
    },
    queue,
    take() {
      release()
      navigator.locks.request(name, { steal: true }, held).catch(lost)
    },
    close() {
      isClosed = true
      release()
    },
  }
}
