import { expect, test } from 'vitest'
import { holdsPlainRgb } from '../../../../main/pixels/decode/jpeg-colour.ts'

const segment = (marker: number, ...body: number[]): number[] => [
  0xff,
  marker,
  (body.length + 2) >> 8,
  (body.length + 2) & 0xff,
  ...body,
]
const jpeg = (...segments: number[][]): Uint8Array => Uint8Array.from([0xff, 0xd8, ...segments.flat()])
const frame = (ids: number[], sampling: number[]): number[] =>
  segment(0xc0, 8, 0, 16, 0, 16, ids.length, ...ids.flatMap((id, i) => [id, sampling[i] ?? 0x11, 0]))
const text = (value: string): number[] => [...value].map((character) => character.charCodeAt(0))

test.each([
  ['nothing says otherwise', jpeg(frame([0, 1, 2], [0x11, 0x11, 0x11])), true],
  ['components are called R, G, B', jpeg(frame([82, 71, 66], [0x11, 0x11, 0x11])), true],
  ['a JFIF marker', jpeg(segment(0xe0, ...text('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0), frame([0, 1, 2], [])), false],
  ['an Adobe marker', jpeg(segment(0xee, ...text('Adobe'), 0, 100, 0, 0, 0, 0, 1), frame([0, 1, 2], [])), false],
  [
    'a cut Adobe marker, which says nothing',
    jpeg(segment(0xee, ...text('Adobe'), 0), frame([0, 1, 2], [0x11, 0x11, 0x11])),
    true,
  ],
  ['components are called 1, 2, 3', jpeg(frame([1, 2, 3], [0x11, 0x11, 0x11])), false],
  ['components are subsampled', jpeg(frame([0, 1, 2], [0x22, 0x11, 0x11])), false],
  ['no JPEG at all', Uint8Array.of(1, 2, 3), true],
])('%s', (_, bytes, expected) => {
  expect(holdsPlainRgb(bytes)).toBe(expected)
})
