/** The short form of `npm run torture -- fuzz`: a hundred thousand cases and more, without sockets. Sockets have `dimse/fuzz.test.ts`. */
import { expect, it } from 'vitest'
import { fuzz } from '../../torture/fuzz.ts'

it('takes changed PDUs, files, answers and packs without an undeclared error, a hang, or memory without bounds', async ({
  annotate,
}) => {
  const result = await fuzz.run({ length: 'short', seed: 3, progress: () => undefined })
  await annotate(JSON.stringify(result.byKind))
  expect(result).toMatchObject({ ok: true, failures: [] })
  expect(result.cases).toBeGreaterThanOrEqual(100_000)
}, 600_000)
