import { expect, test } from 'vitest'
import { notDisplayableReason } from '../../../main/contract/image.ts'
import type { UnshownReason } from '../../../renderer/viewer/engine/pixel-error.ts'
import { viewerCommandDefinitions } from '../../../renderer/viewer/viewer-commands.ts'
import en from '../../../resources/locales/en/viewer.json'
import fr from '../../../resources/locales/fr/viewer.json'

const keys = (words: object, path = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' ? keys(value, `${path}${key}.`) : [`${path}${key}`.replace(/_(one|many|other)$/, '')],
  )
const all = (words: object): string[] => [...new Set(keys(words))].sort()

test('both languages have the same words', () => {
  expect(all(fr)).toEqual(all(en))
})

test('every command and its group have a name', () => {
  const names = viewerCommandDefinitions.flatMap(({ titleKey, groupKey }) => [titleKey, groupKey])
  expect(names.filter((name) => !all(fr).includes(name.replace('viewer:', '')))).toEqual([])
})

test('no key means two commands', () => {
  const claimed = viewerCommandDefinitions.flatMap((command) => command.keys)
  expect(claimed.filter((key, position) => claimed.indexOf(key) !== position)).toEqual([])
})

test('every reason why an image cannot be shown has a sentence', () => {
  const windows: UnshownReason = 'decoder-not-loaded'
  expect(Object.keys(fr.notDisplayable).sort()).toEqual([...notDisplayableReason.options, windows].sort())
})
