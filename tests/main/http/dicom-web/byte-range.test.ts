import { expect, it } from 'vitest'
import { byteRange } from '../../../../main/http/dicom-web/byte-range.ts'

const of = (range: string | undefined) => {
  const found = byteRange(range, 100)
  return found.kind === 'part' ? [found.start, found.end] : found.kind
}

it('reads one range of bytes', () => {
  expect(['bytes=0-9', 'bytes=90-', 'bytes=-30', 'bytes=-300', 'bytes=90-1000'].map(of)).toEqual([
    ...[
      [0, 10],
      [90, 100],
      [70, 100],
      [0, 100],
      [90, 100],
    ],
  ])
})

it('gives everything for what it does not make or understand, and says when there is nothing', () => {
  const others = [undefined, '', 'bytes=-', 'bytes=1-2,5-6', 'items=1-2', 'bytes=5-1', 'bytes=a-b']
  expect(others.map(of)).toEqual(others.map(() => 'all'))
  expect(['bytes=100-', 'bytes=100-200', 'bytes=-0'].map(of)).toEqual(Array(3).fill('unsatisfiable'))
})
