import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnIds, gridTemplate, layoutFrom } from '../../../renderer/studies/columns.ts'

describe('the columns of the study list', () => {
  it('keep a person’s order, widths and choice', () => {
    const saved = layoutFrom([])
      .toReversed()
      .map((column) => ({ ...column, width: 300, visible: !column.visible }))
    expect(layoutFrom(saved)).toEqual(saved)
  })

  it('are all there exactly once, whatever was saved', () => {
    const saved = fc.array(
      fc.record({
        id: fc.oneof(fc.constantFrom(...columnIds), fc.string()),
        width: fc.double({ noNaN: true }),
        visible: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(saved, (columns) => {
        const layout = layoutFrom(columns)
        expect(layout.map(({ id }) => id).sort()).toEqual([...columnIds].sort())
        expect(layout.every(({ width }) => width >= 40 && width <= 800)).toBe(true)
      }),
    )
  })

  it('give the width left over to the description, and some to the name until a person sizes it', () => {
    expect(
      gridTemplate([
        { id: 'state', width: 40 },
        { id: 'PatientName', width: 176 },
        { id: 'StudyDescription', width: 180 },
        { id: 'InstitutionName', width: 90 },
      ]),
    ).toBe('40px minmax(176px, 300px) minmax(180px, 1fr) 90px')
  })
})
