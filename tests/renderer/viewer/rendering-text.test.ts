import { expect, test } from 'vitest'
import type { RenderingState } from '../../../renderer/viewer/engine/engine.ts'
import { renderingLines } from '../../../renderer/viewer/viewport/rendering-text.ts'
import { volumeCommandDefinitions } from '../../../renderer/viewer/volume-commands.ts'
import en from '../../../resources/locales/en/rendering.json'
import fr from '../../../resources/locales/fr/rendering.json'
import { plain, writing } from './words.ts'

const rendering: RenderingState = {
  preset: 'bone',
  presets: ['bone'],
  shift: 0,
  density: 1,
  unit: 'HU',
  seenFrom: 'anterior',
  facing: 'A',
  quality: 'full',
}
const said = (change: Partial<RenderingState>, language: 'fr' | 'en' = 'en') =>
  renderingLines({ ...rendering, ...change }, 1.5, writing(language)).map(({ text }) => plain(text))

test('a rendering says that nothing is measured on it, from where it is seen, and how it was made', () => {
  expect([said({}), said({}, 'fr')]).toEqual([
    ['3D – not for measurement', 'Zoom 150%', 'Anterior view', 'Volume rendering · Bone'],
    ['3D – non destiné aux mesures', 'Zoom 150 %', 'Vue antérieure', 'Rendu de volume · Os'],
  ])
})

test('a rendering says what differs from the preset, and that it is not all drawn yet', () => {
  expect(said({ shift: -40, density: 1.25, seenFrom: null, facing: 'AR', quality: 'coarse' })).toEqual([
    '3D – not for measurement',
    'Coarse preview',
    'Threshold moved by -40 HU',
    'Opacity × 1.25',
    'Zoom 150%',
    'Seen from AR',
    'Volume rendering · Bone',
  ])
  expect(said({ shift: 0.5, unit: '', quality: 'refining' }, 'fr')).toContain('Seuil décalé de +0,5')
})

test('every command of a rendering has a name in both languages, and no key means two', () => {
  const text = (words: object, path: string): unknown =>
    path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], words)
  for (const { titleKey, groupKey } of volumeCommandDefinitions) {
    for (const key of [titleKey, groupKey]) {
      for (const words of [fr, en]) expect(typeof text(words, key.replace('rendering:', '')), key).toBe('string')
    }
  }
  const keys = volumeCommandDefinitions.flatMap((command) => command.keys)
  expect(new Set(keys).size).toBe(keys.length)
})
