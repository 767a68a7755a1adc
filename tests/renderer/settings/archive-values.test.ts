import { expect, test } from 'vitest'
import type { ArchiveConfiguration } from '../../../main/contract/archive.ts'
import { configurationOf, isComplete, typedFrom } from '../../../renderer/settings/archive-values.ts'

const web: ArchiveConfiguration = {
  ...{ name: 'TERRITOIRE', url: 'https://pacs/dicom-web' },
  authentication: { kind: 'basic', user: 'station', password: null },
}
const peer: ArchiveConfiguration = { name: 'SITE', aeTitle: 'PACS', asksCommitment: false }

test.each([web, peer])('what is kept is typed as it is, and kept as it was', (kept) => {
  const typed = typedFrom(kept)
  expect(isComplete(typed, kept)).toBe(true)
  expect(configurationOf(typed)).toEqual(kept)
})

test('nothing is complete without a name, and an address or an AE', () => {
  const nothing = typedFrom(null)
  expect(nothing).toMatchObject({ reachedBy: 'dicomWeb', asksCommitment: true })
  expect(isComplete({ ...nothing, name: 'A' }, null)).toBe(false)
  expect(isComplete({ ...nothing, name: 'A', url: 'https://a' }, null)).toBe(true)
  expect(isComplete({ ...nothing, name: 'A', url: 'https://a', reachedBy: 'dimse' }, null)).toBe(false)
  expect(isComplete({ ...nothing, name: 'A', aeTitle: 'PACS', reachedBy: 'dimse' }, null)).toBe(true)
  expect(isComplete({ ...nothing, aeTitle: 'PACS', reachedBy: 'dimse' }, null)).toBe(false)
})

test('a secret is typed for the archive that it was kept for', () => {
  const typed = typedFrom(web)
  expect(isComplete({ ...typed, kind: 'bearer' }, web)).toBe(false)
  expect(isComplete(typed, peer)).toBe(false)
})
