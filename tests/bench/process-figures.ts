/** What a process used, from /proc (Linux): CPU with its children that ended, and resident memory. */
import { readFileSync } from 'node:fs'

/** Clock ticks a second in /proc (USER_HZ, the same on every Linux). */
const TICKS = 100

/** CPU time of a process and its children so far, ms. */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return (ticks * 1000) / TICKS
}

/** Waits until the children of a process have ended and are counted in its CPU time; at most 5 s. */
export async function childrenEnded(pid: number): Promise<void> {
  const deadline = performance.now() + 5000
  while (readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim() !== '' && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Resident memory, bytes. */
export function residentMemory(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
  return Number(match?.[1] ?? 0) * 1024
}

/** Watches a process' resident memory until it is stopped; returns the most that was seen, bytes. */
export function watchMemory(pid: number): () => number {
  let most = residentMemory(pid)
  const timer = setInterval(() => {
    most = Math.max(most, residentMemory(pid))
  }, 50)
  return () => {
    clearInterval(timer)
    return Math.max(most, residentMemory(pid))
  }
}

/** The middle value; the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper
}
