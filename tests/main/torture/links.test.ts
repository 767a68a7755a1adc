/** The short form of `npm run torture -- links`. */
import { expect, it } from 'vitest'
import { links } from '../../torture/links.ts'

it('ends senders that are cut, freeze or drip at any kind of byte, and keeps nothing in part', async () => {
  const result = await links.run({ length: 'short', seed: 1, progress: () => undefined })
  expect(result).toMatchObject({ ok: true, failures: [] })
  expect(result.cases).toBeGreaterThan(100)
})
