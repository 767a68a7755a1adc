/**
 * `reports.append` without the client's batching: a keystroke waits for nothing else, and the browser carries the request on when the
 * page goes away.
 */
import { stationFetch } from '../../services/connection.ts'
import type { AppendAnswer, NumberedChange } from './saver.ts'

/** Bytes of a request that Chromium carries on after the page: 64 KiB over all (Fetch §4.6), and the same words may be under way once. */
const MOST_CARRIED_ON = 30_000

const isShort = (body: string): boolean =>
  body.length <= MOST_CARRIED_ON && new TextEncoder().encode(body).length <= MOST_CARRIED_ON

const bodyOf = (reportId: string, after: number, changes: readonly NumberedChange[]): string =>
  JSON.stringify({ reportId, after, changes })

/** Whether the browser would carry these changes to the station when the page goes away. */
export const isCarriedOn = (reportId: string, after: number, changes: readonly NumberedChange[]): boolean =>
  isShort(bodyOf(reportId, after, changes))

const kinds = ['saved', 'conflict', 'immutable', 'not-found', 'does-not-fit']

const isAnswer = (value: unknown): value is AppendAnswer =>
  typeof value === 'object' && value !== null && 'kind' in value && kinds.includes(String(value.kind))

/** Sends changes; rejects when no usable answer came. A request that the station refuses to read answers `does-not-fit`. */
export async function appendCall(
  reportId: string,
  after: number,
  changes: readonly NumberedChange[],
): Promise<AppendAnswer> {
  const body = bodyOf(reportId, after, changes)
  const response = await stationFetch('/call/reports.append', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    keepalive: isShort(body),
    body,
  })
  if (response.status === 400 || response.status === 413) return { kind: 'does-not-fit' }
  const answer: unknown = await response.json()
  const data = (answer as { result?: { data?: unknown } }).result?.data
  if (!isAnswer(data)) throw new Error('the station did not answer')
  return data
}

/** Gives the browser what is not saved, for when the page is gone. */
export function appendOnLeaving(reportId: string, after: number, changes: readonly NumberedChange[]): void {
  if (changes.length > 0) appendCall(reportId, after, changes).catch(() => undefined)
}
