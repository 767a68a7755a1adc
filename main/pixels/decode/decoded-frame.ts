/** One frame in memory, before and after decoding. */

export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

/** Samples as numbers: sign-extended, without unused bits, interleaved (R, G, B, R, …), row by row. */
export interface DecodedFrame {
  samples: Samples
  /** RGB, YBR_FULL, MONOCHROME1, MONOCHROME2 or PALETTE COLOR. */
  PhotometricInterpretation: string
}

/** A frame that cannot be decoded: its bytes are not what the header says, or the decoder gave up. */
export class DecodeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DecodeError'
  }
}
