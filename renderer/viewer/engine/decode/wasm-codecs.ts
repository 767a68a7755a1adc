/** The WebAssembly codecs, each loaded at its first use; one that broke is thrown away and loaded anew. */

import charlsWasm from '@cornerstonejs/codec-charls/decodewasm?url'
import charlsFactory from '@cornerstonejs/codec-charls/decodewasmjs'
import jpegWasm from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm?url'
import jpegFactory from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'
import openjpegWasm from '@cornerstonejs/codec-openjpeg/decodewasm?url'
import openjpegFactory from '@cornerstonejs/codec-openjpeg/decodewasmjs'
import openjphWasm from '@cornerstonejs/codec-openjph/wasm?url'
import openjphFactory from '@cornerstonejs/codec-openjph/wasmjs'
import { PixelError } from '../pixel-error.ts'

/** What the decoders of all four packages have in common. */
interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned?: boolean }
  getInterleaveMode?(): number
  delete(): void
}

/** A decoded frame as the codec describes it. */
export interface DecodedFrame {
  bytes: Uint8Array<ArrayBuffer>
  width: number
  height: number
  bitsPerSample: number
  componentCount: number
  isSigned: boolean
  planarConfiguration: number
}

type DecoderClass = new () => WasmDecoder

const codec = (load: () => Promise<DecoderClass>): ((frame: Uint8Array) => Promise<DecodedFrame>) => {
  let loaded: Promise<DecoderClass> | null = null
  const unloaded = (error: unknown): never => {
    throw new PixelError('decoder-not-loaded', String(error))
  }
  return async (frame) => {
    loaded ??= load().catch(unloaded)
    try {
      const Decoder = await loaded
      const decoder = new Decoder()
      try {
        decoder.getEncodedBuffer(frame.length).set(frame)
        decoder.decode()
        const info = decoder.getFrameInfo()
        return {
          // A copy: the codec's memory is used again for the next frame.
          bytes: new Uint8Array(decoder.getDecodedBuffer()),
          width: info.width,
          height: info.height,
          bitsPerSample: info.bitsPerSample,
          componentCount: info.componentCount,
          isSigned: info.isSigned ?? false,
          planarConfiguration: info.componentCount > 1 && decoder.getInterleaveMode?.() === 0 ? 1 : 0,
        }
      } finally {
        decoder.delete()
      }
    } catch (error) {
      loaded = null
      throw error
    }
  }
}

// What a codec prints about a broken stream is said by its exception already.
const at = (url: string) => ({ locateFile: () => url, print: () => undefined, printErr: () => undefined })

/** JPEG baseline and extended of 8 bits (ISO 10918-1). */
export const decodeJpeg = codec(async () => (await jpegFactory(at(jpegWasm))).JPEGDecoder)
/** JPEG-LS (ISO 14495-1). */
export const decodeJpegLs = codec(async () => (await charlsFactory(at(charlsWasm))).JpegLSDecoder)
/** JPEG 2000 (ISO 15444-1). */
export const decodeJpeg2000 = codec(async () => (await openjpegFactory(at(openjpegWasm))).J2KDecoder)
/** High-throughput JPEG 2000 (ISO 15444-15). */
export const decodeHtj2k = codec(async () => (await openjphFactory(at(openjphWasm))).HTJ2KDecoder)
