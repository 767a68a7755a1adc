import { expect, it } from 'vitest'
import { crossOriginOf } from '../../../../main/http/web-listener/cross-origin.ts'

const viewer = 'https://viewer.example'
const of = (method: string, origin: string | undefined, asks: boolean, origins: string[]) =>
  crossOriginOf({ method, origin, asks }, origins)

it('lets in pages of listed origins only, and says so to them alone', () => {
  expect(of('GET', undefined, false, [])).toEqual({ kind: 'none' })
  expect(of('GET', viewer, false, [])).toEqual({ kind: 'foreign' })
  expect(of('OPTIONS', viewer, true, [])).toEqual({ kind: 'foreign' })
  for (const origin of ['null', 'http://viewer.example', `${viewer}:8443`, `${viewer}.evil.example`, '']) {
    expect(of('GET', origin, false, [viewer])).toEqual({ kind: 'foreign' })
  }
  const listed = of('GET', viewer, false, ['https://other.example', viewer])
  expect(listed).toMatchObject({ kind: 'listed', headers: { 'access-control-allow-origin': viewer } })
  expect(JSON.stringify(listed)).not.toContain('credentials')
  expect(of('OPTIONS', viewer, false, [viewer]).kind).toBe('listed')
})

it('answers the question that a browser asks before, so that the secret may be sent', () => {
  const asking = of('OPTIONS', viewer, true, [viewer])
  expect(asking.kind).toBe('asking')
  expect('headers' in asking && asking.headers['access-control-allow-headers']).toContain('Authorization')
})
