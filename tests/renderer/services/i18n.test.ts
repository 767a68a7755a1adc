import { expect, test } from 'vitest'
import { typesetFrench } from '../../../renderer/services/i18n.ts'

test('French punctuation does not begin a line', () => {
  expect(typesetFrench('Que faire ? « Copier » la clé : 12 % ; fin !')).toBe(
    'Que faire\u202f? «\u00a0Copier\u00a0» la clé\u00a0: 12\u202f%\u202f; fin\u202f!',
  )
})
