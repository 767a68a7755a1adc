import { describe, expect, test } from 'vitest'
import { createFormat } from '../../../renderer/ui/format.ts'
import type { ViewportState } from '../../../renderer/viewer/engine/engine.ts'
import {
  acquisitionLines,
  displayLines,
  lossyText,
  pointerText,
  positionLines,
  techniqueLines,
} from '../../../renderer/viewer/viewport/overlay-text.ts'
import { patientLines } from '../../../renderer/viewer/viewport/patient-lines.ts'
import { displaySet, header, study } from './study-fixtures.ts'
import { plain, writing } from './words.ts'

const painted: ViewportState = {
  imageIndex: 1,
  imageCount: 3,
  frame: { instanceKey: 2, SOPInstanceUID: '1.2.3.1.2', InstanceNumber: 2, frame: 0, notDisplayable: null },
  status: 'painted',
  notDisplayable: null,
  voi: { center: 40, width: 80, function: 'LINEAR' },
  unit: 'HU',
  invert: false,
  zoom: 1.254,
  rotation: 0,
  flipHorizontal: false,
  flipVertical: false,
  orientation: null,
  scale: { mmPerPixel: 0.5, source: 'patient' },
  slice: { location: -12.34, thickness: 1.25 },
  lossy: null,
  pointer: null,
}
const fr = writing('fr')
const en = writing('en')
const texts = (lines: readonly { text: string }[]) => lines.map(({ text }) => plain(text))

describe('the corners of a viewport', () => {
  test('say who is on the image, with the age at the study', () => {
    expect(texts(patientLines(study, createFormat('fr'), fr))).toEqual([
      'MARTIN Élise',
      'P0042',
      '07/04/1951 · F · 73 ans',
      'TDM CRANE',
      '01/03/2025 21:42',
      'CH Gray',
    ])
  })

  test('say the window that is painted, by its name where it is a known one of Hounsfield units', () => {
    expect(texts(displayLines(painted, null, fr))).toEqual([
      'Larg. 80 Niv. 40 · Cerveau',
      'Zoom 125 %',
      'Pos. -12,3 mm · Ép. 1,25 mm',
    ])
    expect(texts(displayLines({ ...painted, unit: '' }, null, en))[0]).toBe('W 80 L 40')
  })

  test('name the curve that the image brings in place of a window, whatever its explanation holds', () => {
    const by = (explanation: string, isApplied = true): ViewportState => ({
      ...painted,
      voi: { center: 40, width: 80, function: 'LINEAR', table: { explanation, isApplied } },
    })
    expect(texts(displayLines(by('NORMAL'), null, fr))[0]).toBe('LUT VOI : NORMAL')
    expect(texts(displayLines(by(''), null, en))[0]).toBe('VOI LUT')
    expect(texts(displayLines(by('A\u202eB\n<b>'), null, en))[0]).toBe('VOI LUT: AB <b>')
    expect(texts(displayLines(by('X'.repeat(99)), null, en))[0]).toHaveLength('VOI LUT: '.length + 40)
    expect(texts(displayLines(by('NORMAL', false), null, fr)).slice(0, 2)).toEqual([
      'LUT VOI non appliquée',
      'Larg. 80 Niv. 40 · Cerveau',
    ])
    expect(displayLines(by('NORMAL', false), null, en)[0]).toEqual({
      text: 'VOI LUT not applied',
      tone: 'amber',
    })
  })

  test('say nothing of window and zoom where no image is shown', () => {
    expect(displayLines({ ...painted, status: 'not-displayable' }, null, fr)).toEqual([])
  })

  test('say in amber that the image was turned, flipped or inverted', () => {
    const turned = displayLines({ ...painted, invert: true, rotation: 90, flipHorizontal: true }, 'coronal', en)
    expect(turned[0]).toEqual({ text: 'Inverted · Rotated 90° · Flipped L-R', tone: 'amber' })
    expect(turned.at(-1)).toEqual({ text: 'Coronal', tone: 'strong' })
  })

  test('say the position, what is still loading, and the frame of a multi-frame image', () => {
    expect(texts(positionLines(painted, header(2), { total: 3, loaded: 3, failed: 0 }, fr))).toEqual(['Im. 2/3'])
    expect(
      texts(positionLines(painted, header(2, { NumberOfFrames: 40 }), { total: 1200, loaded: 1100, failed: 1 }, fr)),
    ).toEqual(['Chargé 1 100/1 200', 'Vue 1/40', 'Im. 2/3'])
  })

  test('say when nothing says how large a pixel is, and where millimetres come from when not from the patient', () => {
    expect(positionLines({ ...painted, scale: null }, header(2), { total: 3, loaded: 3, failed: 0 }, en)[0]).toEqual({
      text: 'Not calibrated: measurements in pixels',
      tone: 'amber',
    })
    expect(
      texts(
        positionLines(
          { ...painted, scale: { mmPerPixel: 0.1, source: 'detector' } },
          header(2),
          { total: 3, loaded: 3, failed: 0 },
          fr,
        ),
      )[0],
    ).toBe('Millimètres au détecteur')
  })

  test('notice a lossy compression with its ratio and method', () => {
    expect(plain(lossyText({ ratio: 12.4, method: 'ISO_15444_1' }, fr))).toBe('Avec perte 12:1 (JPEG 2000)')
    expect(lossyText({ ratio: null, method: '' }, en)).toBe('Lossy')
  })

  test('say how the image was made, and only what its header states', () => {
    expect(texts(techniqueLines(header(1, { KVP: 120, Exposure: 210, ConvolutionKernel: 'H31s' }), fr))).toEqual([
      '120 kV · 210 mAs · H31s',
    ])
    expect(
      texts(
        techniqueLines(header(1, { RepetitionTime: 4500, EchoTime: 92.4, FlipAngle: 90, DiffusionBValue: 1000 }), fr),
      ),
    ).toEqual(['TR 4 500 · TE 92,4 · α 90° · b 1 000'])
    expect(techniqueLines(header(1), fr)).toEqual([])
  })

  test('name series, side and time of the acquisition', () => {
    const lines = acquisitionLines(
      displaySet(),
      header(1, {
        ImageLaterality: 'R',
        ViewPosition: 'MLO',
        AcquisitionDate: '20250301',
        AcquisitionTime: '214205.12',
      }),
      fr,
    )
    expect(texts(lines)).toEqual(['CT · Sér. 1 · Droite MLO', 'SANS IV', '01/03/2025 21:42:05'])
  })

  test('give the value under the pointer with its unit, Hounsfield units in the words of the language', () => {
    const pointer = { column: 12, row: 7, value: -42, unit: 'HU' }
    expect(plain(pointerText({ ...painted, pointer }, fr))).toBe('12, 7 : -42 UH')
    expect(plain(pointerText({ ...painted, pointer: { ...pointer, unit: '' } }, en))).toBe('12, 7 : -42')
    expect(plain(pointerText({ ...painted, pointer: { ...pointer, value: [1, 2, 3] } }, fr))).toBe('12, 7 : RVB 1 2 3')
    expect(pointerText(painted, fr)).toBe('')
  })
})
