/** Bytes per second over the last seconds. */
export interface TransferRate {
  add(bytes: number): void
  /** 0 when nothing came lately. */
  readonly rate: number
}

/** Counts in slots of a second; the rate is that of the last five. */
export const createTransferRate = (now: () => number = () => performance.now()): TransferRate => {
  const slots = new Map<number, number>()
  const start = now()
  const slot = () => Math.floor(now() / 1000)
  return {
    add(bytes) {
      slots.set(slot(), (slots.get(slot()) ?? 0) + bytes)
      for (const old of slots.keys()) if (old < slot() - 5) slots.delete(old)
    },
    get rate() {
      const present = slot()
      const bytes = [...slots].reduce((sum, [at, count]) => (at >= present - 5 ? sum + count : sum), 0)
      const seconds = Math.min(5, Math.max(0.25, (now() - start) / 1000))
      return Math.round(bytes / seconds)
    },
  }
}
