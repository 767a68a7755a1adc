/** Bursts become few: the first item is handed on at once, what follows within the interval is handed on together at its end. */

/** Collects items (each once) and flushes them at most once every `intervalMs`. */
export function coalesce<T>(intervalMs: number, flush: (items: T[]) => void): (item: T) => void {
  const waiting = new Set<T>()
  let timer: ReturnType<typeof setTimeout> | null = null

  const send = () => {
    timer = null
    if (waiting.size === 0) return
    const items = [...waiting]
    waiting.clear()
    timer = setTimeout(send, intervalMs)
    flush(items)
  }

  return (item) => {
    waiting.add(item)
    if (timer === null) send()
  }
}
