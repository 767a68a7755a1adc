/** A plain RLE encoder (PS3.5 Annex G) for tests. */

const packBits = (bytes: number[]): number[] => {
  const packed: number[] = []
  for (let at = 0; at < bytes.length; ) {
    let run = 1
    while (run < 128 && at + run < bytes.length && bytes[at + run] === bytes[at]) run++
    if (run > 1) {
      packed.push(257 - run, bytes[at] ?? 0)
      at += run
      continue
    }
    let literal = 1
    while (literal < 128 && at + literal < bytes.length && bytes[at + literal] !== bytes[at + literal - 1]) literal++
    packed.push(literal - 1, ...bytes.slice(at, at + literal))
    at += literal
  }
  return packed.length % 2 ? [...packed, 0] : packed
}

/** Little-endian interleaved samples to an RLE frame. */
export const encodeRle = (data: Uint8Array, samplesPerPixel: number, bytesPerSample: number): Uint8Array => {
  const stride = samplesPerPixel * bytesPerSample
  const header = new Uint32Array(16)
  header[0] = stride
  const segments: number[] = []
  for (let segment = 0; segment < stride; segment++) {
    const sample = Math.floor(segment / bytesPerSample)
    const byte = bytesPerSample - 1 - (segment % bytesPerSample)
    header[segment + 1] = 64 + segments.length
    const plane = [...data].filter((_, i) => i % stride === sample * bytesPerSample + byte)
    segments.push(...packBits(plane))
  }
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments])
}
