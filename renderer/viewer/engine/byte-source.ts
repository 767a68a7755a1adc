/** Reads a response body in pieces of a wanted length, each into a buffer of its own, so that pixels are in memory once. */

export interface ByteSource {
  /** The next `length` bytes in their own buffer; null when the stream ends before them. */
  read(length: number): Promise<Uint8Array<ArrayBuffer> | null>
}

/** Reads straight into the caller's buffer ("bring your own buffer"). */
const byteReader = (reader: ReadableStreamBYOBReader): ByteSource => ({
  async read(length) {
    let buffer = new ArrayBuffer(length)
    let filled = 0
    while (filled < length) {
      const { value, done } = await reader.read(new Uint8Array(buffer, filled, length - filled))
      // The buffer moves with every read: what comes back is the same memory under a new name.
      if (value) buffer = value.buffer as ArrayBuffer
      if (done) return null
      filled += value?.byteLength ?? 0
    }
    return new Uint8Array(buffer)
  },
})

/** Copies from the stream's own chunks, where the body is no byte stream. */
const chunkReader = (reader: ReadableStreamDefaultReader<Uint8Array>): ByteSource => {
  let chunk: Uint8Array = new Uint8Array(0)
  return {
    async read(length) {
      const output = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        if (chunk.byteLength === 0) {
          const { value, done } = await reader.read()
          if (done) return null
          chunk = value
        }
        const part = chunk.subarray(0, length - filled)
        output.set(part, filled)
        filled += part.byteLength
        chunk = chunk.subarray(part.byteLength)
      }
      return output
    },
  }
}

/** A source on a response body, by the better of the two ways that it offers. */
export const byteSource = (body: ReadableStream<Uint8Array>): ByteSource => {
  try {
    return byteReader(body.getReader({ mode: 'byob' }))
  } catch {
    return chunkReader(body.getReader())
  }
}
