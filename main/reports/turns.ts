/** Tasks of one key, one after the other; those of others beside them. */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>()
  return <T>(key: string, run: () => Promise<T>): Promise<T> => {
    const result = (last.get(key) ?? Promise.resolve()).then(run)
    const settled: Promise<unknown> = result
      .catch(() => undefined)
      .finally(() => {
        if (last.get(key) === settled) last.delete(key)
      })
    last.set(key, settled)
    return result
  }
}
