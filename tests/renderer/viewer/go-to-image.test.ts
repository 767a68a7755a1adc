import { expect, test } from 'vitest'
import { findImage } from '../../../renderer/viewer/go-to-image.ts'
import { displaySet } from './study-fixtures.ts'

test('an image is found in its own study before another one that has it under the same UIDs, and there all the same', () => {
  const own = { ...displaySet(), displaySetId: 'own' }
  const other = { ...own, displaySetId: 'other', StudyInstanceUID: `${own.StudyInstanceUID}.9` }
  const [first] = own.frames
  if (!first) throw new Error('no frame')
  const of = (StudyInstanceUID: string) => {
    const image = { StudyInstanceUID, SOPInstanceUID: first.SOPInstanceUID, frame: 1 }
    return findImage(image, new Map([other, own].map((one) => [one.displaySetId, one])))?.displaySet.displaySetId
  }
  expect([of(own.StudyInstanceUID), of(other.StudyInstanceUID), of('1.2.3.4.5')]).toEqual(['own', 'other', 'other'])
})
