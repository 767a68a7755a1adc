/** Bytes a second over the last few seconds. */

const WINDOW = 3_000

export interface Rate {
  note(bytes: number): void
  readonly rate: number
}

export const createRate = (now: () => number = () => performance.now()): Rate => {
  const notes: { at: number; bytes: number }[] = []
  let startedAt: number | null = null
  const forget = (): void => {
    while (notes[0] && notes[0].at < now() - WINDOW) notes.shift()
  }
  return {
    note: (bytes) => {
      startedAt ??= now()
      const last = notes.at(-1)
      if (last && now() - last.at < 100) last.bytes += bytes
      else notes.push({ at: now(), bytes })
      forget()
    },
    get rate() {
      forget()
      const seconds = Math.min(WINDOW, now() - (startedAt ?? now())) / 1000
      return seconds < 0.2 ? 0 : notes.reduce((sum, { bytes }) => sum + bytes, 0) / seconds
    },
  }
}
