/**
 * `npm run torture -- NAME [--short] [--amount N] [--seed N]`: breaks something on purpose, as tests/torture/README.md tells. Progress goes
 * to stderr; the last line on stdout is one line of JSON with figures, failures and `"ok"`. Exits with 1 when a promise was broken.
 */
import { parseArgs } from 'node:util'
import { crash } from './crash.ts'
import { disk } from './disk.ts'
import { fuzz } from './fuzz.ts'
import { links } from './links.ts'
import { power } from './power.ts'
import { soak } from './soak.ts'
import type { Torture } from './torture.ts'

const tortures: Torture[] = [crash, power, disk, links, fuzz, soak]

const usage = (): void => {
  const names = tortures.map(({ name }) => name).join(', ')
  process.stderr.write(`usage: npm run torture -- NAME [--short] [--amount N] [--seed N]; NAME is one of: ${names}\n`)
  process.exitCode = 2
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { short: { type: 'boolean', default: false }, amount: text, seed: text },
  })
  const torture = tortures.find(({ name }) => name === positionals[0])
  const amount = Number(values.amount ?? 1)
  const seed = Number(values.seed ?? Date.now() % 1_000_000)
  if (!torture || !(amount >= 1) || !Number.isInteger(seed)) return usage()
  const from = performance.now()
  const result = await torture.run({
    length: values.short ? 'short' : 'long',
    ...(values.amount === undefined ? {} : { amount }),
    seed,
    progress: (line) => process.stderr.write(`${line}\n`),
  })
  const seconds = Math.round((performance.now() - from) / 1000)
  process.stdout.write(`${JSON.stringify({ torture: torture.name, seed, seconds, ...result })}\n`)
  process.exitCode = result.ok ? 0 : 1
}

await main()
