/** The short form of `npm run torture -- crash`. */
import { expect, it } from 'vitest'
import { crash } from '../../torture/crash.ts'

it('loses nothing that it answered, and keeps nothing in part, when the station is killed at random moments', async () => {
  const result = await crash.run({ length: 'short', seed: 2, progress: () => undefined })
  expect(result).toMatchObject({ ok: true, failures: [] })
  expect(result.acknowledged).toBeGreaterThan(0)
})
