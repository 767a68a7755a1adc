/**
 * Changes as the log keeps them: each as what it does not share with the change before. Typing replaces one paragraph at every key, so that
 * two changes in a row differ by a few bytes, and a report typed in an evening takes kilobytes instead of megabytes.
 */
import type { ReportChange } from '../../contract/report.ts'

/** Bytes at the beginning and at the end that a change shares with the one before, and its own between them. */
export interface SharedText {
  shared: number
  sharedEnd: number
  own: Uint8Array
}

/** A change as UTF-8 JSON: what is shared is counted in bytes, so that no character can be torn. */
export const changeText = (change: ReportChange): Buffer => Buffer.from(JSON.stringify(change))

/** The change that {@link changeText} wrote. */
export const changeOf = (text: Buffer): ReportChange => JSON.parse(text.toString('utf8')) as ReportChange

/** `text` as its difference to `previous`; without one it is kept whole. */
export const shareWith = (previous: Buffer | null, text: Buffer): SharedText => {
  if (previous === null) return { shared: 0, sharedEnd: 0, own: text }
  const most = Math.min(previous.length, text.length)
  let shared = 0
  while (shared < most && previous[shared] === text[shared]) shared += 1
  let sharedEnd = 0
  while (sharedEnd < most - shared && previous[previous.length - 1 - sharedEnd] === text[text.length - 1 - sharedEnd]) {
    sharedEnd += 1
  }
  return { shared, sharedEnd, own: text.subarray(shared, text.length - sharedEnd) }
}

/** The text again. */
export const joinWith = (previous: Buffer | null, { shared, sharedEnd, own }: SharedText): Buffer =>
  previous === null
    ? Buffer.from(own)
    : Buffer.concat([previous.subarray(0, shared), own, previous.subarray(previous.length - sharedEnd)])
