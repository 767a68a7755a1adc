import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf, isStamped, stamp } from '../../build/stamp.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-stamp-'))
  mkdirSync(join(folder, 'src', 'deep'), { recursive: true })
  writeFileSync(join(folder, 'src', 'a.ts'), 'a')
  writeFileSync(join(folder, 'src', 'deep', 'b.ts'), 'b')
})
afterEach(() => rmSync(folder, { recursive: true }))

const digest = () => digestOf(folder, ['src', 'absent'])

test('the digest stays while the sources stay', () => {
  const before = digest()
  writeFileSync(join(folder, 'src', 'a.ts'), 'a')
  expect(digest()).toBe(before)
})

test('the digest changes with a content, a name, an added and a removed file', () => {
  const seen = [digest()]
  writeFileSync(join(folder, 'src', 'deep', 'b.ts'), 'c')
  seen.push(digest())
  writeFileSync(join(folder, 'src', 'c.ts'), '')
  seen.push(digest())
  rmSync(join(folder, 'src', 'a.ts'))
  seen.push(digest())
  writeFileSync(join(folder, 'src', 'd.ts'), 'a')
  seen.push(digest())
  expect(new Set(seen).size).toBe(5)
})

test('content that moves from one file to the next changes the digest', () => {
  writeFileSync(join(folder, 'src', 'a.ts'), 'ab')
  writeFileSync(join(folder, 'src', 'deep', 'b.ts'), '')
  const before = digest()
  writeFileSync(join(folder, 'src', 'a.ts'), 'a')
  writeFileSync(join(folder, 'src', 'deep', 'b.ts'), 'b')
  expect(digest()).not.toBe(before)
})

test('a stamp vouches for one digest', () => {
  const path = join(folder, 'cache', 'stamp')
  expect(isStamped(path, 'x')).toBe(false)
  stamp(path, 'x')
  expect([isStamped(path, 'x'), isStamped(path, 'y')]).toEqual([true, false])
})
