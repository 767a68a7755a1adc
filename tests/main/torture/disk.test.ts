/** The short form of `npm run torture -- disk`. */
import { expect, it } from 'vitest'
import { disk } from '../../torture/disk.ts'

it('keeps what it answered, and goes on, whatever call of the disk fails', async () => {
  const result = await disk.run({ length: 'short', seed: 1, progress: () => undefined })
  expect(result).toMatchObject({ ok: true, failures: [] })
  expect(result.failingCalls).toBeGreaterThan(20)
})
