import { expect, it } from 'vitest'
import { parseAccept } from '../../../../main/http/dicom-web/accept.ts'
import { renderingParameters } from '../../../../main/http/dicom-web/rendering-parameters.ts'
import type { Query } from '../../../../main/http/dicom-web/request.ts'

const of = (query: Query, accept?: string) => renderingParameters(query, parseAccept(accept))
/** The code of the refusal. */
const refusal = (query: Query, accept?: string): string => {
  try {
    return JSON.stringify(of(query, accept))
  } catch (error) {
    return (error as { code: string }).code
  }
}

it('reads window, viewport and quality', () => {
  expect(of({})).toEqual({
    rendering: { type: 'image/jpeg', quality: 90, viewport: null, region: null },
    look: null,
    annotations: [],
  })
  expect(of({ window: '-40.5,1e2,linear-exact', viewport: '300,200', quality: '35' }, 'image/png')).toEqual({
    rendering: { type: 'image/png', quality: 35, viewport: { width: 300, height: 200 }, region: null },
    look: { window: { center: -40.5, width: 100, function: 'LINEAR_EXACT' } },
    annotations: [],
  })
  expect(of({ viewport: '300,200,1,2,30,20', iccprofile: 'no' }).rendering).toMatchObject({
    viewport: { width: 300, height: 200 },
    region: { left: 1, top: 2, width: 30, height: 20 },
  })
})

it('takes the end of the image where a part says none, and its corner where it says no other', () => {
  const regions = ['5,5', '5,5,,,3,4', '5,5,1', '5,5,1.0,2,3', '5,5,,,,4'].map(
    (viewport) => of({ viewport }).rendering.region,
  )
  expect(regions).toEqual([
    null,
    { left: 0, top: 0, width: 3, height: 4 },
    { left: 1, top: 0, width: null, height: null },
    { left: 1, top: 2, width: 3, height: null },
    { left: 0, top: 0, width: null, height: 4 },
  ])
})

it('says what of an annotation is not made, and takes no others', () => {
  expect(of({ annotation: 'patient,technique' }).annotations).toEqual(['patient', 'technique'])
  const annotations = ['', 'none', 'patient,', 'Patient', 'patient,ruler']
  expect(annotations.map((annotation) => refusal({ annotation }))).toEqual(annotations.map(() => 'bad-annotation'))
})

it('gives JPEG unless PNG is preferred', () => {
  const types = ['*/*', 'image/*', 'image/png', 'image/png, image/jpeg;q=0.5', 'image/gif, image/png;q=0.1']
  expect(types.map((accept) => of({}, accept).rendering.type)).toEqual([
    ...['image/jpeg', 'image/jpeg', 'image/png', 'image/png', 'image/png'],
  ])
  expect(refusal({}, 'image/gif')).toBe('not-acceptable')
})

it('refuses what it does not make or understand', () => {
  const windows = ['1,2', '1,2,cubic', 'x,2,linear', '1,0,sigmoid', '1,0.5,linear', '1,2,linear,3', '', ['1', '2']]
  expect(windows.map((window) => refusal({ window }))).toEqual(windows.map(() => 'bad-window'))
  const viewports = [
    '300',
    '0,5',
    '5000,5',
    '3.5,5',
    '5,',
    '5,5,',
    '5,5,,,',
    '5,5,1.5',
    '5,5,0,0,-3,3',
    '5,5,0,0,0,3',
    '5,5,1,1,1,1,1',
  ]
  expect(viewports.map((viewport) => refusal({ viewport }))).toEqual(viewports.map(() => 'bad-viewport'))
  const qualities = ['0', '101', '5.5', 'high', '1,2']
  expect(qualities.map((quality) => refusal({ quality }))).toEqual(qualities.map(() => 'bad-quality'))
  expect(['yes', 'srgb', ''].map((iccprofile) => refusal({ iccprofile }))).toEqual(Array(3).fill('bad-iccprofile'))
})
