import { expect, test } from 'vitest'
import { elements } from '../../../main/dicom/elements.ts'
import { lookUpTag, tagToHex } from '../../../main/dicom/standard-dictionary.ts'
import { isVR } from '../../../main/dicom/vr.ts'

test('the elements that the program names agree with the whole dictionary', () => {
  const differing = Object.entries(elements).filter(([keyword, { tag, VR }]) => {
    const entry = lookUpTag(tag)
    return entry?.keyword !== keyword || !entry.VRs.includes(VR)
  })
  expect(differing).toEqual([])
})

test('all its representations are ones of the standard', () => {
  for (const { tag } of Object.values(elements)) expect(lookUpTag(tag)?.VRs.every(isVR)).toBe(true)
  expect(lookUpTag(elements.PixelData.tag)?.VRs).toEqual(['OB', 'OW'])
  expect(lookUpTag(0x00280106)?.VRs).toEqual(['US', 'SS'])
})

test('repeating groups are found under each of their groups', () => {
  expect([0x60003000, 0x60023000, 0x601e0010].map((tag) => lookUpTag(tag)?.keyword)).toEqual([
    'OverlayData',
    'OverlayData',
    'OverlayRows',
  ])
  expect([0x60013000, 0x00090010, 0x00080000 + 0xfff0].map(lookUpTag)).toEqual([undefined, undefined, undefined])
})

test('tags are written in eight capital digits', () => {
  expect([0x7fe00010, 0x0008103e, 0xfffee000].map(tagToHex)).toEqual(['7FE00010', '0008103E', 'FFFEE000'])
})
