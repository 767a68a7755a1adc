/**
 * Compressed pixel data within items of a compressed object: icons, mostly (PS3.3 §C.7.6.1.1.6). They are in the transfer syntax of the object
 * (PS3.5 §A.4), so whoever takes no compressed pixels takes none of these either.
 */
import {
  type DataElement,
  type DataSet,
  type DecodedPixels,
  decodedLength,
  fragmentsIn,
  pixelFormatOf,
} from '../../dataset/index.ts'
import type { PixelService } from '../../pixels/index.ts'

interface Icon {
  description: DataSet
  pixels: DataElement
}

/** Pixel data of all items, in their order. */
function* iconsIn(attributes: DataSet): Generator<Icon> {
  for (const { items } of attributes.elements.values()) {
    for (const description of items ?? []) {
      const pixels = description.element('PixelData')
      if (pixels) yield { description, pixels }
      yield* iconsIn(description)
    }
  }
}

/** Writes a value in the place of a longer one, or one as long. */
function overwrite(bytes: Uint8Array, start: number, element: DataElement | undefined, value: Uint8Array): boolean {
  if (!element || element.length < value.length) return false
  bytes.fill(0x20, element.offset - start, element.offset - start + element.length)
  bytes.set(value, element.offset - start)
  return true
}

async function decodeIcon(
  bytes: Uint8Array,
  start: number,
  { description, pixels }: Icon,
  fragments: Uint8Array,
  TransferSyntaxUID: string,
  decoder: Pick<PixelService, 'decode'>,
): Promise<Uint8Array | null> {
  const format = pixelFormatOf(description, TransferSyntaxUID)
  const native = format && pixels.length > 0 ? await decoder.decode(format, fragments) : null
  if (!format || !native) return null
  const length = decodedLength(format)
  if (native.bytes.length < length || native.bytes.length > length + 1) return null
  const { PhotometricInterpretation, SamplesPerPixel } = format
  const isSame = native.PhotometricInterpretation === PhotometricInterpretation
  const interpretation = new TextEncoder().encode(native.PhotometricInterpretation)
  if (!isSame && !overwrite(bytes, start, description.element('PhotometricInterpretation'), interpretation)) return null
  if (SamplesPerPixel > 1 && !overwrite(bytes, start, description.element('PlanarConfiguration'), new Uint8Array(2)))
    return null
  const value = new Uint8Array(length + (length % 2))
  value.set(native.bytes.subarray(0, length))
  return value
}

/**
 * What the compressed icons become in `bytes`, which are the object's from `start` on; how they describe themselves is changed there. Null when
 * one cannot be decoded.
 */
export async function decodeIcons(
  bytes: Uint8Array,
  start: number,
  attributes: DataSet,
  TransferSyntaxUID: string,
  decoder: Pick<PixelService, 'decode'>,
): Promise<DecodedPixels | null> {
  const decoded = new Map<number, { length: number; VR: 'OB' | 'OW'; value: Uint8Array }>()
  for (const icon of iconsIn(attributes)) {
    const { offset, length } = icon.pixels
    if (offset < start || offset + length > start + bytes.length) continue
    const fragments = fragmentsIn(bytes, offset - start, length)
    // Native ones stay as they are.
    if (!fragments) continue
    const value = await decodeIcon(bytes, start, icon, fragments, TransferSyntaxUID, decoder)
    if (!value) return null
    const isWide = (icon.description.number('BitsAllocated') ?? 0) > 8
    decoded.set(offset - start, { length, VR: isWide ? 'OW' : 'OB', value })
  }
  return decoded
}
