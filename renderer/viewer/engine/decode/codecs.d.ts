/** Types of the codec packages, which ship none. */

declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    precision: number
    xDim: number
    yDim: number
    numComp: number
    decode(buffer: ArrayBufferLike, offset: number, length: number, numBytes?: number): Uint8Array | Uint16Array
  }
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const factory: (options: {
    locateFile: () => string
    print: () => void
    printErr: () => void
  }) => Promise<{ JpegLSDecoder: new () => never }>
  export = factory
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const factory: (options: {
    locateFile: () => string
    print: () => void
    printErr: () => void
  }) => Promise<{ JPEGDecoder: new () => never }>
  export = factory
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const factory: (options: {
    locateFile: () => string
    print: () => void
    printErr: () => void
  }) => Promise<{ J2KDecoder: new () => never }>
  export = factory
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const factory: (options: {
    locateFile: () => string
    print: () => void
    printErr: () => void
  }) => Promise<{ HTJ2KDecoder: new () => never }>
  export = factory
}
