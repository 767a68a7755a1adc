import { act, renderHook, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SigningProblem } from '../../../main/contract/report.ts'
import type { ReportSession } from '../../../renderer/report/session.ts'
import { useSigning } from '../../../renderer/report/signing/use-signing.ts'
import { queryClient } from '../../../renderer/services/client.ts'
import { draft } from './fake-line.ts'

const gone = (measurementId: string): SigningProblem => ({
  severity: 'warning',
  code: 'measurement-gone',
  measurementId,
})
const incomplete: SigningProblem = { severity: 'warning', code: 'study-incomplete' }

const before = globalThis.fetch
let problems: SigningProblem[]
let signOutcomes: unknown[]
let asked: { confirmed?: SigningProblem[]; accepted: string[] }[]

beforeEach(() => {
  problems = []
  signOutcomes = []
  asked = []
  globalThis.fetch = async (input, init) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    const answers = names.map((name) => {
      if (name === 'reports.check') return problems
      if (name !== 'reports.sign') return { profile: null, hasPin: true, pinLockedUntil: null }
      asked.push(JSON.parse(String(init?.body))[0])
      return signOutcomes.shift()
    })
    return new Response(JSON.stringify(answers.map((data) => ({ result: { data } }))))
  }
})
afterEach(() => {
  globalThis.fetch = before
  queryClient.clear()
})

async function open() {
  const session = { report: draft, flush: async () => 3 } as unknown as ReportSession
  const { result } = renderHook(() => useSigning(session, () => undefined))
  await waitFor(() => expect(result.current.stage).toBe('ready'))
  return result
}

test('a confirmation is of one warning, and is sent as such', async () => {
  problems = [gone('a'), incomplete]
  signOutcomes = [{ kind: 'problems', problems: [gone('a'), gone('b'), incomplete] }]
  const signing = await open()
  act(() => signing.current.accept(problems, true))
  await act(() => signing.current.sign())
  expect(asked[0]).toMatchObject({ accepted: ['measurement-gone', 'study-incomplete'], confirmed: problems })
  // A second measurement that is gone is nothing that was confirmed; the others are as they were.
  expect(signing.current.problems.map(signing.current.isAccepted)).toEqual([true, false, true])
})

test('a warning that went and came back is to be confirmed again', async () => {
  problems = [gone('a')]
  signOutcomes = [
    { kind: 'problems', problems: [incomplete] },
    { kind: 'problems', problems: [gone('a')] },
  ]
  const signing = await open()
  act(() => signing.current.accept(problems, true))
  await act(() => signing.current.sign())
  await act(() => signing.current.sign())
  expect(signing.current.problems.map(signing.current.isAccepted)).toEqual([false])
})

test('nothing is confirmed any more once another window wrote', async () => {
  problems = [gone('a'), incomplete]
  signOutcomes = [{ kind: 'changed', seq: 4 }]
  const signing = await open()
  act(() => signing.current.accept(problems, true))
  await act(() => signing.current.sign())
  expect(signing.current.answer).toEqual({ kind: 'changed' })
  expect(signing.current.problems.map(signing.current.isAccepted)).toEqual([false, false])
})
