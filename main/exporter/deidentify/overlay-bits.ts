/**
 * Overlays in bits of the pixels that the image leaves unused (60xx,0102; PS3.5 §8.1.2, retired). With their description they are gone
 * from sight only: where pixels are uncompressed, their bits are cleared.
 */
import type { DataSet } from '../../dataset/index.ts'
import { transferSyntaxes } from '../../dicom/transfer-syntaxes.ts'
import type { PixelMask } from '../writing/rewrite.ts'

const GROUP = 0xff00ffff
const BITS_ALLOCATED = 0x60000100
const BIT_POSITION = 0x60000102

/** Bits of overlays that have no data of their own. */
function overlayBits(attributes: DataSet): number[] {
  const elements = [...attributes.elements.values()].filter(({ tag }) => (tag & GROUP) >>> 0 === BIT_POSITION)
  return elements.flatMap((element) => {
    const group = element.tag & 0x00ff0000
    const allocated = attributes.elements.get((BITS_ALLOCATED | group) >>> 0)
    const isOfPixels = allocated !== undefined && attributes.textsOf(allocated).some((bits) => Number(bits) > 1)
    const bits = attributes.textsOf(element).map(Number)
    return bits.filter((bit) => bit > 0 || (isOfPixels && !attributes.elements.has((0x60003000 | group) >>> 0)))
  })
}

/** Which bits of each pixel stay; null when there is no overlay in them. `isWhole`: no bit of an overlay is left. */
export function overlayMask(
  attributes: DataSet,
  TransferSyntaxUID: string,
): { mask: PixelMask | null; isWhole: boolean } | null {
  const bits = overlayBits(attributes)
  if (bits.length === 0) return null
  const BitsAllocated = attributes.number('BitsAllocated') ?? 0
  const BitsStored = attributes.number('BitsStored') ?? BitsAllocated
  const HighBit = attributes.number('HighBit') ?? BitsStored - 1
  const isUnused = (bit: number) => bit < BitsAllocated && (bit > HighBit || bit <= HighBit - BitsStored)
  const syntax = transferSyntaxes.get(TransferSyntaxUID)
  const isNative = syntax !== undefined && !syntax.encapsulated && [8, 16, 32].includes(BitsAllocated)
  if (!isNative) return { mask: null, isWhole: false }
  const unused = bits.filter(isUnused)
  const kept = new Uint8Array(BitsAllocated / 8).fill(0xff)
  for (const bit of unused) kept[bit >> 3] = (kept[bit >> 3] ?? 0) & ~(1 << (bit & 7))
  return { mask: unused.length > 0 ? kept : null, isWhole: unused.length === bits.length }
}
