import { expect, it } from 'vitest'
import { imagingModalities } from '../../../renderer/ui/modalities.ts'

it('a study is named by what made its images, and by its documents when there is nothing else', () => {
  expect(imagingModalities(['CT', 'DOC', 'KO', 'PT', 'SR'])).toEqual(['CT', 'PT'])
  expect(imagingModalities(['KO', 'SR'])).toEqual(['KO', 'SR'])
  expect(imagingModalities([])).toEqual([])
})
