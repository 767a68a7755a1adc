import { describe, expect, it } from 'vitest'
import { completenessState, filledRatio } from '../../../renderer/ui/completeness.tsx'

describe('completeness', () => {
  it.each([
    [{ expected: 300, received: 214, displayable: 214 }, true, 'receiving'],
    [{ expected: 300, received: 214, displayable: 214 }, false, 'incomplete'],
    [{ expected: 300, received: 300, displayable: 299 }, false, 'not-displayable'],
    [{ expected: 300, received: 300, displayable: 300 }, false, 'complete'],
    [{ expected: null, received: 300, displayable: 300 }, false, 'received'],
  ] as const)('of %o, receiving %s, is %s', (completeness, receiving, state) => {
    expect(completenessState(completeness, receiving)).toBe(state)
  })
  it('never fills more than the ring', () => {
    expect([
      filledRatio({ expected: 2, received: 3, displayable: 3 }),
      filledRatio({ expected: 4, received: 1, displayable: 1 }),
    ]).toEqual([1, 0.25])
  })
})
