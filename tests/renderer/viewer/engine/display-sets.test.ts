import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { buildDisplaySets } from '../../../../renderer/viewer/engine/display-sets.ts'
import { header, slice } from './header.ts'

const series = { SeriesNumber: 3, SeriesDescription: 'Thorax', Modality: 'CT' }
const build = (headers: ImageHeader[]) => buildDisplaySets(series, headers)
const keys = (headers: ImageHeader[]) =>
  build(headers).map(({ frames }) => frames.map(({ instanceKey }) => instanceKey))

describe('order', () => {
  test('follows the position in space, in the sense in which instance numbers grow', () => {
    const headers = [slice(3, 30), slice(1, 50), slice(4, 20), slice(2, 40)]
    expect(keys(headers)).toEqual([[1, 2, 3, 4]])
  })

  test('does not trust instance numbers against geometry', () => {
    const headers = [
      slice(1, 0),
      slice(2, 20, { InstanceNumber: 3 }),
      slice(3, 10, { InstanceNumber: 2 }),
      slice(4, 30),
    ]
    expect(keys(headers)).toEqual([[1, 3, 2, 4]])
  })

  test('falls back on instance numbers without geometry', () => {
    const plain = (instanceKey: number, InstanceNumber: number) => header({ instanceKey, InstanceNumber })
    expect(keys([plain(1, 3), plain(2, 1), plain(3, 2)])).toEqual([[2, 3, 1]])
  })
})

describe('splitting', () => {
  test('parts a scout from the slices', () => {
    const scout = slice(9, 0, { ImageOrientationPatient: [0, 1, 0, 0, 0, -1], InstanceNumber: 0 })
    expect(keys([scout, ...[1, 2, 3, 4].map((n) => slice(n, n))])).toEqual([[9], [1, 2, 3, 4]])
  })

  test('keeps radial planes of many orientations together, and says why there is no MPR', () => {
    const radial = Array.from({ length: 6 }, (_, n) => {
      const angle = (n * Math.PI) / 6
      return slice(n + 1, 0, { ImageOrientationPatient: [Math.cos(angle), Math.sin(angle), 0, 0, 0, -1] })
    })
    const sets = build(radial)
    expect(sets).toHaveLength(1)
    expect(sets[0]?.noMpr).toBe('mixed-orientation')
  })

  test('parts b-values, echoes and phases where positions repeat', () => {
    const diffusion = [0, 1000].flatMap((DiffusionBValue, b) =>
      [0, 5, 10, 15].map((z, n) => slice(b * 4 + n + 1, z, { DiffusionBValue })),
    )
    const sets = build(diffusion)
    expect(sets.map(({ label, frames }) => [label, frames.length])).toEqual([
      ['b 0', 4],
      ['b 1000', 4],
    ])
    expect(sets.map(({ noMpr }) => noMpr)).toEqual([null, null])
  })

  test('parts unmarked repeats by rank', () => {
    const repeated = [1, 2, 3].flatMap((time) => [0, 5, 10].map((z, n) => slice((time - 1) * 3 + n + 1, z)))
    expect(keys(repeated)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ])
  })

  test('gives a multi-frame object a display set of its own', () => {
    const cine = header({ instanceKey: 7, NumberOfFrames: 12, Modality: 'XA' })
    const sets = build([cine, ...[1, 2, 3].map((n) => slice(n, n))])
    expect(sets.map(({ frames }) => frames.length).sort()).toEqual([12, 3])
    expect(sets.find(({ frames }) => frames.length === 12)?.noMpr).toBe('not-a-stack')
  })

  test('uses the positions that an enhanced object states per frame', () => {
    const enhanced = header({
      instanceKey: 5,
      NumberOfFrames: 4,
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      PixelSpacing: [1, 1],
      FrameOfReferenceUID: '1.2.9',
      frames: [3, 0, 6, 9].map((z) => ({ ImagePositionPatient: [0, 0, z] })),
    })
    const [set] = build([enhanced])
    expect(set?.frames.map(({ frame }) => frame)).toEqual([1, 0, 2, 3])
    expect(set?.noMpr).toBe(null)
  })

  test('keeps an instance that cannot be shown in its place, with the reason', () => {
    const broken = slice(2, 1, { notDisplayable: 'object-damaged' })
    const unreadable = header({ instanceKey: 4, InstanceNumber: 4, notDisplayable: 'unreadable-header' })
    delete unreadable.Rows
    const [set] = build([slice(1, 0), broken, slice(3, 2), unreadable])
    expect(set?.frames.map(({ instanceKey, notDisplayable }) => [instanceKey, notDisplayable])).toEqual([
      [1, null],
      [2, 'object-damaged'],
      [3, null],
      [4, 'unreadable-header'],
    ])
  })

  test('keeps the name of a display set while images arrive', () => {
    const slices = Array.from({ length: 10 }, (_, n) => slice(n + 1, 50 - n))
    const names = [1, 3, 10].map((count) => build(slices.slice(0, count))[0]?.displaySetId)
    expect(new Set(names).size).toBe(1)
  })

  test('never drops or doubles a frame', () => {
    const instance = fc.record(
      {
        z: fc.integer({ min: 0, max: 5 }),
        InstanceNumber: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        DiffusionBValue: fc.option(fc.constantFrom(0, 500), { nil: undefined }),
        Rows: fc.constantFrom(4, 8, undefined),
        NumberOfFrames: fc.constantFrom(1, 1, 1, 3),
        hasGeometry: fc.boolean(),
        notDisplayable: fc.constantFrom(null, null, 'no-pixel-data' as const),
      },
      { requiredKeys: ['z', 'NumberOfFrames', 'hasGeometry', 'notDisplayable'] },
    )
    fc.assert(
      fc.property(fc.array(instance, { maxLength: 30 }), (instances) => {
        const headers = instances.map(({ z, hasGeometry, ...own }, n) => {
          const made = hasGeometry ? slice(n + 1, z) : header({ instanceKey: n + 1 })
          return Object.fromEntries(
            Object.entries({ ...made, ...own }).filter(([, value]) => value !== undefined),
          ) as ImageHeader
        })
        const wanted = headers.flatMap(({ instanceKey, NumberOfFrames }) =>
          Array.from({ length: NumberOfFrames }, (_, frame) => `${instanceKey}/${frame}`),
        )
        const sets = build(headers)
        const found = sets.flatMap(({ frames }) => frames.map(({ instanceKey, frame }) => `${instanceKey}/${frame}`))
        expect(found.sort()).toEqual(wanted.sort())
        expect(new Set(sets.map(({ displaySetId }) => displaySetId)).size).toBe(sets.length)
      }),
    )
  })
})

describe('gaps and MPR', () => {
  const stack = (positions: number[], own: (n: number) => Partial<ImageHeader> = () => ({})) =>
    build(positions.map((z, n) => slice(n + 1, z, own(n))))[0]

  test('a regular stack has neither gap nor objection', () => {
    expect(stack([0, 2, 4, 6, 8])).toMatchObject({ gaps: [], noMpr: null, label: 'Thorax', SeriesNumber: 3 })
  })

  test('positions rounded in the header are regular all the same', () => {
    expect(stack([0, 0.6, 1.3, 1.9, 2.5, 3.1, 3.8])?.noMpr).toBe(null)
  })

  test('a hole in space is a gap before the image after it', () => {
    expect(stack([0, 2, 6, 8, 10])).toMatchObject({ gaps: [2], noMpr: 'missing-images' })
  })

  test('a hole in the instance numbers is one where there is no geometry', () => {
    const plain = [1, 2, 5, 6, 7].map((n) => header({ instanceKey: n, InstanceNumber: n }))
    expect(build(plain)[0]).toMatchObject({ gaps: [2], noMpr: 'no-geometry' })
  })

  test.each([
    ['too-few-images', [0, 2], () => ({})],
    ['irregular-spacing', [0, 2, 4.6, 6, 8, 10], () => ({})],
    ['mixed-frame-of-reference', [0, 2, 4, 6], (n: number) => ({ FrameOfReferenceUID: `1.${n > 1}` })],
    [
      'gantry-tilt',
      [0, 2, 4, 6],
      (n: number) => ({ ImagePositionPatient: [0, n * 0.5, n * 2] as [number, number, number] }),
    ],
    ['colour', [0, 2, 4, 6], () => ({ SamplesPerPixel: 3, PhotometricInterpretation: 'RGB' })],
    ['missing-images', [0, 2, 4, 6], (n: number) => (n === 1 ? { notDisplayable: 'object-damaged' as const } : {})],
    ['too-large', [0, 2, 4, 6], () => ({ Rows: 4000, Columns: 4000 })],
  ] as const)('%s', (reason, positions, own) => {
    expect(stack([...positions], own)?.noMpr).toBe(reason)
  })
})
