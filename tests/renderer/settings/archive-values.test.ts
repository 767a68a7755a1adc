import { expect, test } from 'vitest'
import type { ArchiveConfiguration } from '../../../main/contract/archive.ts'
import { carriedOver, configurationOf, isComplete, typedFrom } from '../../../renderer/settings/archive-values.ts'

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

test('what was typed after it was saved stays when the saved is kept; the rest is what is kept', () => {
  const first = typedFrom(null)
  const saved = { ...typedFrom(web), secret: 'secret' }
  const known = [first, saved]
  expect(carriedOver(saved, known, typedFrom(web))).toEqual(typedFrom(web))
  const goneOn = { ...saved, reachedBy: 'dimse' as const, aeTitle: 'PACS' }
  expect(carriedOver(goneOn, known, typedFrom(web))).toEqual({ ...typedFrom(web), reachedBy: 'dimse', aeTitle: 'PACS' })
  expect(carriedOver(saved, known, first)).toEqual(first)
})

test('a secret is not carried over to another address', () => {
  const typed = { ...typedFrom(web), secret: 'typed' }
  const elsewhere = typedFrom({ ...web, url: 'https://other/dicom-web' })
  expect(carriedOver(typed, [typedFrom(web)], elsewhere)).toEqual(elsewhere)
  expect(carriedOver(typed, [typedFrom(web)], { ...typedFrom(web), name: 'B' })).toMatchObject({
    name: 'B',
    secret: 'typed',
  })
})
