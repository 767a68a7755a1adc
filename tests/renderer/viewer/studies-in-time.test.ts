import { expect, test } from 'vitest'
import { neighbourInTime, studiesInTime } from '../../../renderer/viewer/strip/studies-in-time.ts'

const at = (StudyInstanceUID: string, StudyDate: string, StudyTime = '') => ({ StudyInstanceUID, StudyDate, StudyTime })
const open = at('2', '20250301', '1000')
const others = [at('1', '20240101'), at('4', ''), at('3', '20250301', '2200')]

test('the studies of a patient stand newest first, those without a date last', () => {
  expect(studiesInTime(open, others).map(({ StudyInstanceUID }) => StudyInstanceUID)).toEqual(['3', '2', '1', '4'])
})

test('one step in time leads to the next earlier or later study, and nowhere beyond the last', () => {
  expect([neighbourInTime(open, others, 'older'), neighbourInTime(open, others, 'newer')]).toEqual([
    others[0],
    others[2],
  ])
  expect(neighbourInTime(others[1] ?? open, [], 'older')).toBeUndefined()
})
