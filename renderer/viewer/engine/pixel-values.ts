/**
 * From stored pixels to the values that are shown, measured and read out (PS3.3 §C.7.6.3, §C.11.1; PS3.5 §8.1).
 *
 * The rule: 16-bit whole numbers where the rescale slope is 1, the intercept whole and every value fits; unsigned stays unsigned;
 * everything else becomes 32-bit float. What is shown is then already rescaled (HU for CT), and nothing rescales it again.
 */
import type { ImageHeader } from '../../../main/contract/image.ts'
import { colourValues } from './colour-values.ts'
import { isColour } from './frame-header.ts'
import { PixelError } from './pixel-error.ts'

export type PixelArray = Uint8Array | Int16Array | Uint16Array | Float32Array

/** Samples as they lie in memory: native bytes of the object, or what a codec gave back. */
export interface StoredSamples {
  bytes: Uint8Array
  bitsAllocated: number
  bitsStored: number
  highBit: number
  isSigned: boolean
  /** 0: samples of a pixel side by side; 1: plane after plane. */
  planarConfiguration: number
  /** As the samples are now: a JPEG decoder has already made RGB of YBR. */
  photometricInterpretation: string
}

/** Values of one frame, rescaled. */
export interface FramePixels {
  values: PixelArray
  /** 1, or 3 for red, green, blue side by side. */
  components: 1 | 3
  /** Smallest and largest value, padding left out. */
  min: number
  max: number
  /** Values that stand for "no measurement here" (PS3.3 §C.7.5.1.1.2): from, to; null without padding. */
  padding: readonly [number, number] | null
}

/** How the object's own bytes are laid out. */
export const nativeSamples = (header: ImageHeader, bytes: Uint8Array): StoredSamples => {
  const bitsAllocated = header.BitsAllocated ?? 16
  const bitsStored = header.BitsStored ?? bitsAllocated
  return {
    bytes,
    bitsAllocated,
    bitsStored,
    highBit: header.HighBit ?? bitsStored - 1,
    isSigned: header.PixelRepresentation === 1,
    planarConfiguration: header.PlanarConfiguration ?? 0,
    photometricInterpretation: header.PhotometricInterpretation ?? 'MONOCHROME2',
  }
}

/** Values of a frame. `header` holds the attributes of this frame; throws {@link PixelError}. */
export const framePixels = (header: ImageHeader, samples: StoredSamples): FramePixels => {
  const pixels = (header.Rows ?? 0) * (header.Columns ?? 0)
  if (pixels === 0) throw new PixelError('unsupported-pixel-format', 'an image without rows or columns')
  if (isColour(header)) return colourValues(header, samples, pixels)
  const stored = storedValues(header, samples, pixels)
  return rescaled(header, stored, samples)
}

const tooShort = (): never => {
  throw new PixelError('pixel-data-truncated', 'fewer bytes than the image has pixels')
}

/** A view of `length` numbers on the bytes; copies only where the bytes are not aligned. */
const view = <T>(
  Type: { new (buffer: ArrayBufferLike, offset: number, length: number): T; readonly BYTES_PER_ELEMENT: number },
  bytes: Uint8Array,
  length: number,
): T => {
  const size = length * Type.BYTES_PER_ELEMENT
  if (bytes.byteLength < size) return tooShort()
  const isAligned = bytes.byteOffset % Type.BYTES_PER_ELEMENT === 0
  return isAligned ? new Type(bytes.buffer, bytes.byteOffset, length) : new Type(bytes.slice(0, size).buffer, 0, length)
}

/** One-bit pixels, the least significant first (PS3.5 §8.1.1); the station lets every frame begin on a byte. */
const unpackBits = (bytes: Uint8Array, pixels: number): Uint8Array => {
  if (bytes.byteLength * 8 < pixels) return tooShort()
  return Uint8Array.from({ length: pixels }, (_, bit) => ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1)
}

type StoredArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

const integers = (bytes: Uint8Array, pixels: number, bits: number, isSigned: boolean): StoredArray | null => {
  if (bits === 8) return isSigned ? view(Int8Array, bytes, pixels) : view(Uint8Array, bytes, pixels)
  if (bits === 16) return isSigned ? view(Int16Array, bytes, pixels) : view(Uint16Array, bytes, pixels)
  if (bits === 32) return isSigned ? view(Int32Array, bytes, pixels) : view(Uint32Array, bytes, pixels)
  return null
}

/** Pixels as numbers: overlay bits masked off, the sign extended from BitsStored (PS3.5 §8.1.1). */
const storedValues = (header: ImageHeader, samples: StoredSamples, pixels: number): StoredArray => {
  const { bytes, bitsAllocated, bitsStored, highBit, isSigned } = samples
  if (header.pixelValueType === 'float') return view(Float32Array, bytes, pixels)
  if (header.pixelValueType === 'double') return view(Float64Array, bytes, pixels)
  if (bitsAllocated === 1) return unpackBits(bytes, pixels)
  const values = integers(bytes, pixels, bitsAllocated, isSigned)
  if (!values) throw new PixelError('unsupported-pixel-format', `${bitsAllocated} bits allocated`)
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1) {
    throw new PixelError('unsupported-pixel-format', 'bits stored and high bit contradict the bits allocated')
  }
  const left = 31 - highBit
  const right = 32 - bitsStored
  if (bitsStored === bitsAllocated) return values
  // Shifting up and back masks what lies above and below, and extends the sign.
  if (isSigned) for (let i = 0; i < values.length; i++) values[i] = ((values[i] ?? 0) << left) >> right
  else for (let i = 0; i < values.length; i++) values[i] = ((values[i] ?? 0) << left) >>> right
  return values
}

/** Padding as stored: one value or a range, in the pixels' own representation. */
const storedPadding = (header: ImageHeader, samples: StoredSamples): readonly [number, number] | null => {
  const { PixelPaddingValue, PixelPaddingRangeLimit } = header
  if (PixelPaddingValue === undefined) return null
  // Some equipment writes the value with the other sign (VR US for signed pixels, or the reverse).
  const asStored = (value: number): number => {
    if (samples.bitsStored > 16) return value
    if (samples.isSigned) return value > 32767 ? value - 65536 : value
    return value < 0 ? value + 65536 : value
  }
  const first = asStored(PixelPaddingValue)
  const second = PixelPaddingRangeLimit === undefined ? first : asStored(PixelPaddingRangeLimit)
  return first <= second ? [first, second] : [second, first]
}

const rescaled = (header: ImageHeader, stored: StoredArray, samples: StoredSamples): FramePixels => {
  const padding = storedPadding(header, samples)
  if (header.ModalityLUTSequence) return throughTable(header.ModalityLUTSequence, stored, padding)
  const slope = header.RescaleSlope ?? 1
  const intercept = header.RescaleIntercept ?? 0
  if (slope === 0 || !Number.isFinite(slope) || !Number.isFinite(intercept)) {
    throw new PixelError('unsupported-pixel-format', 'a rescale that is not a number or flattens everything')
  }
  const isWhole =
    slope === 1 && Number.isInteger(intercept) && !(stored instanceof Float32Array || stored instanceof Float64Array)
  return (isWhole ? wholeNumbers(stored, intercept, padding) : null) ?? asFloat(stored, slope, intercept, padding)
}

/** Smallest and largest of the stored values, padding left out; null when all is padding. */
const rangeOf = (stored: StoredArray, padding: readonly [number, number] | null): readonly [number, number] | null => {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  const [from, to] = padding ?? [1, 0]
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i] ?? 0
    if (value >= from && value <= to) continue
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? [min, max] : null
}

/** In place on the same memory wherever the width stays the same; null when the values do not fit 16 bits. */
const wholeNumbers = (
  stored: StoredArray,
  intercept: number,
  padding: readonly [number, number] | null,
): FramePixels | null => {
  const [low, high] = rangeOf(stored, padding) ?? [0, 0]
  const min = low + intercept
  const max = high + intercept
  const isByte = stored instanceof Uint8Array && intercept === 0
  const staysUnsigned = stored instanceof Uint16Array && intercept === 0
  if (isByte || staysUnsigned) return { values: stored, components: 1, min, max, padding }
  if (min < -32768 || max > 32767) return null
  const values =
    stored instanceof Int16Array
      ? stored
      : stored instanceof Uint16Array
        ? new Int16Array(stored.buffer, stored.byteOffset, stored.length)
        : new Int16Array(stored.length)
  if (!(stored instanceof Int16Array && intercept === 0)) {
    // Padding may leave the range after rescaling: it is held at the range's ends, it is no measurement.
    if (padding) {
      for (let i = 0; i < stored.length; i++) {
        values[i] = Math.max(-32768, Math.min(32767, (stored[i] ?? 0) + intercept))
      }
    } else for (let i = 0; i < stored.length; i++) values[i] = (stored[i] ?? 0) + intercept
  }
  const held = (value: number): number => Math.max(-32768, Math.min(32767, value + intercept))
  return { values, components: 1, min, max, padding: padding && [held(padding[0]), held(padding[1])] }
}

const asFloat = (
  stored: StoredArray,
  slope: number,
  intercept: number,
  padding: readonly [number, number] | null,
): FramePixels => {
  const isAsIs = stored instanceof Float32Array && slope === 1 && intercept === 0
  const values = isAsIs ? stored : new Float32Array(stored.length)
  if (!isAsIs) for (let i = 0; i < stored.length; i++) values[i] = (stored[i] ?? 0) * slope + intercept
  const mapped = padding?.map((value) => Math.fround(value * slope + intercept)).sort((a, b) => a - b)
  const mappedPadding: readonly [number, number] | null = mapped ? [mapped[0] ?? 0, mapped[1] ?? 0] : null
  const [min, max] = rangeOf(values, mappedPadding) ?? [0, 0]
  return { values, components: 1, min, max, padding: mappedPadding }
}

/** Through a Modality LUT (PS3.3 §C.11.1.1): values before the first entry take the first, those after the last take the last. */
const throughTable = (
  table: NonNullable<ImageHeader['ModalityLUTSequence']>,
  stored: StoredArray,
  padding: readonly [number, number] | null,
): FramePixels => {
  const { LUTData } = table
  const first = table.LUTDescriptor[1]
  const last = LUTData.length - 1
  if (last < 0) throw new PixelError('unsupported-pixel-format', 'an empty modality LUT')
  const through = (value: number): number => LUTData[Math.max(0, Math.min(last, value - first))] ?? 0
  const values = new Uint16Array(stored.length)
  const [from, to] = padding ?? [1, 0]
  let min = 65535
  let max = 0
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i] ?? 0
    const output = through(value)
    values[i] = output
    if (value >= from && value <= to) continue
    if (output < min) min = output
    if (output > max) max = output
  }
  return { values, components: 1, min: Math.min(min, max), max, padding: null }
}
