/** How a JPEG-LS stream orders its components (ITU-T T.87 §C.2.3): the decoder gives them as they come, and the header does not tell. */

const START_OF_SCAN = 0xda

/** True when each component has a scan of its own, so that they are decoded one after the other and not pixel by pixel. */
export const hasScanForEachComponent = (stream: Uint8Array): boolean => {
  for (let at = 2; at + 5 <= stream.length && stream[at] === 0xff; ) {
    const marker = stream[at + 1] ?? 0
    // Fill bytes may stand before a marker (T.81 §B.1.1.2).
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === START_OF_SCAN) return stream[at + 4] === 1
    at += 2 + (((stream[at + 2] ?? 0) << 8) | (stream[at + 3] ?? 0))
  }
  return false
}
