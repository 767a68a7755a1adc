import { describe, expect, it } from 'vitest'
import { readListState } from '../../../renderer/studies/list-state.ts'
import { placeOf } from '../../../renderer/studies/use-selection.ts'
import { sampleStudies } from '../../helpers/sample-studies.ts'

const rows = new Map(sampleStudies(5).map((row, index) => [index, row]))
const uid = (index: number) => rows.get(index)?.StudyInstanceUID ?? ''

describe('the selected study', () => {
  it('stays selected when the list moves under it', () => {
    expect(placeOf({ StudyInstanceUID: uid(3), index: 2 }, { rows, total: 5 })).toBe(3)
  })
  it('keeps its place while it is out of sight', () => {
    expect(placeOf({ StudyInstanceUID: '9.9', index: 80 }, { rows, total: 200 })).toBe(80)
    expect(placeOf({ StudyInstanceUID: '9.9', index: 80 }, { rows, total: 5 })).toBe(4)
  })
  it('is none in an empty list', () => {
    expect(placeOf({ StudyInstanceUID: '9.9', index: 3 }, { rows: new Map(), total: 0 })).toBe(-1)
  })
})

describe('the kept list state', () => {
  it('comes back without what does not fit', () => {
    const kept = {
      search: 'martin',
      today: true,
      recent: 'yes',
      modalities: ['CT', 3],
      sort: 'elsewhere',
      selected: { StudyInstanceUID: '1.2', index: 4 },
    }
    expect(readListState(JSON.stringify(kept))).toEqual({
      search: 'martin',
      today: true,
      modalities: ['CT'],
      selected: { StudyInstanceUID: '1.2', index: 4 },
    })
    expect(readListState('{')).toEqual({})
  })
})
