/** The short form of `npm run torture -- fuzz`. */
import { expect, it } from 'vitest'
import { fuzz } from '../../torture/fuzz.ts'

it('reads, imports and stores mutated files without an exception, a hang, or memory without bounds', async () => {
  const result = await fuzz.run({ length: 'short', seed: 3, progress: () => undefined })
  expect(result).toMatchObject({ ok: true, failures: [] })
}, 120_000)
