/** Bodies that must keep coming: who sends a byte now and then would hold for hours what others wait for. */

/** So many bytes within so many ms, again and again, as long as the body goes on. */
export interface Pace {
  bytes: number
  within: number
}

/** The body came too slowly; what it had brought before was passed on. */
export class TooSlow extends Error {
  constructor() {
    super('A body came too slowly')
    this.name = 'TooSlow'
  }
}

const tooSlow = Symbol('too slow')

/** What comes next, or {@link tooSlow} when that takes more than `ms`. */
async function nextWithin<T>(next: Promise<T>, ms: number): Promise<T | typeof tooSlow> {
  const late = Promise.withResolvers<typeof tooSlow>()
  // After a pause of this process what came meanwhile is read first.
  const timer = setTimeout(() => setImmediate(() => late.resolve(tooSlow)), Math.max(0, ms))
  try {
    return await Promise.race([next, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The pieces of `body`; throws {@link TooSlow}. Only the time in which the body is waited for counts, not what its reader takes. */
export async function* keepPace(body: AsyncIterable<Uint8Array>, { bytes, within }: Pace): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]()
  let waited = 0
  let came = 0
  let isLate = false
  try {
    for (;;) {
      const begun = performance.now()
      const next = await nextWithin(pieces.next(), within - waited)
      isLate = next === tooSlow
      if (next === tooSlow) throw new TooSlow()
      if (next.done) return
      waited += performance.now() - begun
      came += next.value.length
      if (came >= bytes) [waited, came] = [0, 0]
      yield next.value
    }
  } finally {
    // What is still waited for would be waited for here, too.
    if (!isLate) await pieces.return?.()
  }
}
