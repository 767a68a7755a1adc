import { expect, it } from 'vitest'
import { recognise, secretDigest, shownBy, type WebClient } from '../../../../main/http/web-listener/clients.ts'

const client = (name: string, secret: string): WebClient => ({
  ...{ id: name, name, mayRead: true, mayStore: false },
  digest: secretDigest(secret),
})
const clients = [client('Consultation', 'one'), client('Salle 3', 'two')]
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

it('knows a client by its secret, and by its name where it names one', () => {
  const known = (authorization: string | undefined) => recognise(authorization, clients)?.id ?? null
  expect(known('Bearer one')).toBe('Consultation')
  expect(known('bearer two')).toBe('Salle 3')
  expect(known(basic('Salle 3:two'))).toBe('Salle 3')
  expect(known(basic('Consultation:two'))).toBe(null)
  expect(known(basic(':two'))).toBe(null)
  expect(known(basic('two'))).toBe(null)
  for (const wrong of ['Bearer three', 'Bearer', 'Bearer ', 'Digest one', 'one', '', undefined]) {
    expect(known(wrong)).toBe(null)
  }
  expect(recognise('Bearer ', [client('empty', '')])).toBe(null)
  expect(recognise(undefined, [client('empty', '')])).toBe(null)
})

it('takes for a name only what can be one', () => {
  expect(shownBy(basic('Salle 3:a:b'))).toEqual({ name: 'Salle 3', secret: 'a:b' })
  expect(shownBy(basic('DUPONT^JEAN:x'))).toEqual({ name: '', secret: 'x' })
  expect(shownBy(basic(`${'x'.repeat(41)}:x`))).toEqual({ name: '', secret: 'x' })
  expect(shownBy(`Bearer ${'x'.repeat(500)}`)).toBe(null)
})
