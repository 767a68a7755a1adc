import { describe, expect, it } from 'vitest'
import { isAsking } from '../../../renderer/archive/search-question.tsx'
import { dateOf } from '../../../renderer/ui/typed-date.ts'

const nothing = {
  PatientName: '',
  PatientID: '',
  AccessionNumber: '',
  StudyDateFrom: '',
  StudyDateTo: '',
  ModalitiesInStudy: '',
}

describe('a date of the question', () => {
  it.each([
    ['14/03/2026', '20260314'],
    ['4.3.2026', '20260304'],
    ['2026-03-14', '20260314'],
    [' 20260314 ', '20260314'],
    ['', ''],
  ])('%j is asked as %j', (typed, written) => expect(dateOf(typed)).toBe(written))

  it.each(['31/02/2026', '14/03/26', 'mars', '2026', '00/00/0000'])('%j is none', (typed) =>
    expect(dateOf(typed)).toBeNull(),
  )
})

describe('a question', () => {
  it('needs something to look for, and dates that are dates', () => {
    expect(isAsking(nothing)).toBe(false)
    expect(isAsking({ ...nothing, PatientName: '  ' })).toBe(false)
    expect(isAsking({ ...nothing, PatientName: 'MARTIN' })).toBe(true)
    expect(isAsking({ ...nothing, PatientName: 'MARTIN', StudyDateFrom: '31/02/2026' })).toBe(false)
  })
})
