import { expect, test } from 'vitest'
import { digestOfPackages, shippedPackages } from '../../build/notices.mjs'

const packages = {
  '': { version: '0.1.0' },
  'node_modules/b': { version: '2.0.0', license: 'MIT' },
  'node_modules/@a/c': { version: '1.0.0', license: 'ISC' },
  'node_modules/b/node_modules/@a/c': { version: '1.0.0', license: 'ISC' },
  'node_modules/tool': { version: '1.0.0', dev: true },
  'node_modules/other-system': { version: '1.0.0', optional: true },
}

test('what is shipped is named once, without tools and other systems’ binaries', () => {
  expect(shippedPackages(packages).map(({ name, version }) => `${name}@${version}`)).toEqual(['@a/c@1.0.0', 'b@2.0.0'])
})

test('another version makes the notices stale', () => {
  const newer = { ...packages, 'node_modules/b': { version: '2.0.1', license: 'MIT' } }
  expect(digestOfPackages(shippedPackages(newer))).not.toBe(digestOfPackages(shippedPackages(packages)))
})
