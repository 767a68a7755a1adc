/**
 * Pieces that are known to be whole before the first of them is given away: what turns out damaged inside would otherwise cost the
 * association, and with it everything that was to follow on it.
 */

/** Bytes that are kept meanwhile; what is longer is read twice, the first time only to see that it can be. */
const MAX_HELD = 16 * 1024 * 1024

/** The pieces of `source`, which is called once or twice. What it throws is thrown before the first piece. */
export async function* wholeFirst(
  source: () => AsyncIterable<Uint8Array>,
  maxHeld = MAX_HELD,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] | null = []
  let length = 0
  for await (const piece of source()) {
    length += piece.length
    if (length > maxHeld) held = null
    else held?.push(piece)
  }
  yield* held ?? source()
}
