import { expect, it } from 'vitest'
import { parseAccept, rangeTakesParts, rangeTakesSyntax } from '../../../../main/http/dicom-web/accept.ts'

it('reads media ranges with quoted parameters, best first', () => {
  const header = 'multipart/related; type="application/octet-stream"; transfer-syntax=*;q=0.5, image/jls ,*/*;q=0'
  expect(parseAccept(header)).toEqual([
    { type: 'image/jls', parameters: {}, q: 1 },
    { type: 'multipart/related', parameters: { type: 'application/octet-stream', 'transfer-syntax': '*' }, q: 0.5 },
  ])
})

it('takes everything where nothing is said', () => {
  expect(parseAccept(undefined)).toEqual([{ type: '*/*', parameters: {}, q: 1 }])
})

it('keeps commas and semicolons in quotes, and survives what is no header', () => {
  expect(parseAccept('a/b; x="1,2;3"')).toEqual([{ type: 'a/b', parameters: { x: '1,2;3' }, q: 1 }])
  for (const header of ['', ',,', ';', '"', 'a/b; "', '=;=', 'q=1']) expect(() => parseAccept(header)).not.toThrow()
})

it('compares parts and syntaxes', () => {
  const [range] = parseAccept('multipart/related; type=image/JLS; transfer-syntax=1.2.3')
  if (!range) throw new Error('no range')
  expect([rangeTakesParts(range, 'image/jls'), rangeTakesParts(range, 'image/jpeg')]).toEqual([true, false])
  expect([rangeTakesSyntax(range, '1.2.3'), rangeTakesSyntax(range, '1.2')]).toEqual([true, false])
})
