import { expect, test } from 'vitest'
import { isInstalled, npmCommand } from '../../build/dependencies.mjs'

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'node_modules/binary-of-another-system': { version: '3.0.0', optional: true },
  },
}
const { 'node_modules/binary-of-another-system': _, '': __, ...here } = lock.packages

test('node_modules matches the lock although another system’s binary is missing', () => {
  expect(isInstalled(lock, { packages: here })).toBe(true)
})

test('a missing package and another version do not match', () => {
  expect(isInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(false)
  expect(isInstalled(lock, { packages: { ...here, 'node_modules/a': { version: '1.0.1' } } })).toBe(false)
  expect(isInstalled(lock, {})).toBe(false)
})

test('npm is the one that started the script', () => {
  expect(npmCommand({ npm_execpath: '/lib/npm-cli.js', npm_node_execpath: '/bin/node' })).toEqual([
    '/bin/node',
    '/lib/npm-cli.js',
  ])
})
