/**
 * `npm run bench -- NAME [--rounds N] [--size N] [--data DIR]`: measures one row of the table in tests/bench/README.md. Progress goes to stderr; the last line
 * on stdout is one line of JSON with the medians of both sides, the ratios, the targets and `"ok"`. Exits with 1 when a target is missed.
 */
import { parseArgs } from 'node:util'
import { index } from './index-figures.ts'
import { receive } from './receive.ts'
import { recovery } from './recovery.ts'
import { report } from './report.ts'

export interface BenchOptions {
  rounds: number
  size?: number
  /** Folder for what takes long to make: it stays there for the next run. */
  data?: string
  progress: (line: string) => void
}

export interface Bench {
  name: string
  /** Measures; the result is printed as it is. */
  run(options: BenchOptions): Promise<{ ok: boolean } & Record<string, unknown>>
}

const benches: Bench[] = [index, receive, recovery, report]

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '5' }, size: { type: 'string' }, data: { type: 'string' } },
  })
  const bench = benches.find(({ name }) => name === positionals[0])
  const rounds = Number(values.rounds)
  const size = Number(values.size ?? 1)
  if (!bench || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(size) || size < 1) {
    process.stderr.write(
      `usage: npm run bench -- NAME [--rounds N] [--size N] [--data DIR]; NAME is one of: ${benches.map(({ name }) => name).join(', ')}\n`,
    )
    process.exitCode = 2
    return
  }
  const result = await bench.run({
    rounds,
    ...(values.size === undefined ? {} : { size }),
    ...(values.data === undefined ? {} : { data: values.data }),
    progress: (line) => process.stderr.write(`${line}\n`),
  })
  process.stdout.write(`${JSON.stringify({ bench: bench.name, ...result })}\n`)
  process.exitCode = result.ok ? 0 : 1
}

await main()
