import { expect, it } from 'vitest'
import { entityTag, isNotModified, takesGzip } from '../../../../main/http/dicom-web/json-answer.ts'

it('has a validator that differs with any part, and where it is cut', () => {
  const tags = [['a', 'b'], ['ab'], ['a'], ['b', 'a']].map((parts) => entityTag(parts))
  expect(new Set(tags).size).toBe(4)
  expect(entityTag(['a', 'b'])).toBe(tags[0])
  expect(tags[0]).toMatch(/^W\/"[\w-]+"$/)
})

it('compares validators weakly', () => {
  const of = (header: string | undefined) => isNotModified(header, 'W/"a"')
  expect(['W/"a"', '"a"', '"b" , W/"a"', '*'].map(of)).toEqual([true, true, true, true])
  expect([undefined, '', '"b"', 'a', '"A"'].map(of)).toEqual([false, false, false, false, false])
})

it('packs only for those who say that they take it', () => {
  expect(['gzip', 'br, GZIP;q=0.1', '*'].map(takesGzip)).toEqual([true, true, true])
  expect([undefined, '', 'br', 'identity', 'gzip;q=0', '*, gzip; q=0.0'].map(takesGzip)).toEqual(Array(6).fill(false))
})
