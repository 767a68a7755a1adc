/** The table of states: what may follow what, and the codes of each. */
import { expect, it } from 'vitest'
import { reportState } from '../../../main/contract/report.ts'
import { canBeIssued, codesOf } from '../../../main/reports/states.ts'

it('lets drafts and provisional reports be given out, and nothing else', () => {
  const issuable = reportState.options.filter(
    (state) => canBeIssued(state, 'preliminary') && canBeIssued(state, 'final'),
  )
  expect(issuable).toEqual(['draft', 'preliminary'])
  expect(reportState.options.filter((state) => codesOf({ kind: 'report', state }).isEditable)).toEqual(issuable)
})

it('is verified only when complete and final (PS3.3 §C.17.2.4), and every state that follows is one', () => {
  for (const kind of ['report', 'addendum'] as const) {
    for (const state of reportState.options) {
      const { VerificationFlag, CompletionFlag, PreliminaryFlag, next } = codesOf({ kind, state })
      expect(VerificationFlag === 'VERIFIED').toBe(CompletionFlag === 'COMPLETE' && PreliminaryFlag === 'FINAL')
      expect(next.every((following) => reportState.options.includes(following))).toBe(true)
    }
  }
  expect(codesOf({ kind: 'addendum', state: 'final' })).toMatchObject({ fhirStatus: 'appended', resultStatus: 'C' })
})
