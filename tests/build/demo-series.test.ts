/** The demo MR series is small, whole, and what its attribution says. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../build/paths.mjs'

const folder = join(root, 'resources', 'demo', 'mr')
const files = readdirSync(folder).sort()

test('125 Part 10 files in at most 8 MB', () => {
  const contents = files.map((file) => readFileSync(join(folder, file)))
  expect(contents.map((bytes) => bytes.toString('latin1', 128, 132))).toEqual(Array(125).fill('DICM'))
  expect(contents.reduce((sum, bytes) => sum + bytes.length, 0)).toBeLessThanOrEqual(8_000_000)
})

test('the attribution names authors, source and licence', () => {
  const text = readFileSync(join(root, 'resources', 'demo', 'ATTRIBUTION.md'), 'utf8')
  for (const part of ['Rohlfing', 'nitrc.org/projects/inia19', 'CC-BY', 'What was changed'])
    expect(text).toContain(part)
})
