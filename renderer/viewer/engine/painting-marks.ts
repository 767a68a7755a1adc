/** User Timing marks that benchmarks and tests read: real pixels painted, everything loaded, three planes complete. */

export type Mark = 'first-image' | 'stack-complete' | 'mpr-complete'

/** Sets marks, each once until `study-open` is set anew (a new study starts them over). */
export const createMarks = (): ((mark: Mark) => void) => {
  const openings = new Map<Mark, number>()
  const opened = (): number => performance.getEntriesByName('study-open', 'mark').at(-1)?.startTime ?? 0
  return (mark) => {
    const opening = opened()
    if (openings.get(mark) === opening) return
    openings.set(mark, opening)
    performance.mark(mark)
  }
}
