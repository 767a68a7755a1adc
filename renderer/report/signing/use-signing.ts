/** The steps of signing: save what is left, check, then sign exactly what was checked. */
import { useCallback, useEffect, useState } from 'react'
import type { Issue, Report, SigningProblem } from '../../../main/contract/report.ts'
import { queryClient, stationClient, trpc } from '../../services/client.ts'
import type { ReportSession } from '../session.ts'
import { confirmedOf, keyOf, stillAccepted } from './acceptances.ts'
import type { PinTry } from './pin-answer.tsx'

type Failure = 'not-saved' | 'no-answer' | 'immutable' | 'not-found'

export interface Signing {
  stage: 'saving' | 'ready' | 'failed'
  failure: Failure | null
  problems: readonly SigningProblem[]
  isAccepted(problem: SigningProblem): boolean
  accept(problems: readonly SigningProblem[], isAccepted: boolean): void
  as: Issue['as']
  setAs(as: Issue['as']): void
  pin: string
  setPin(pin: string): void
  answer: PinTry
  /** ISO 8601; null: the PIN is not locked. */
  lockedUntil: string | null
  isSigning: boolean
  /** Signs; safe to be tried again when no answer came. */
  sign(): Promise<void>
}

export function useSigning(session: ReportSession, onSigned: (report: Report) => void): Signing {
  const { reportId } = session.report
  const [checked, setChecked] = useState<{ seq: number; problems: readonly SigningProblem[] } | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [accepted, setAccepted] = useState<readonly string[]>([])
  const [as, setAs] = useState<Issue['as']>('final')
  const [pin, setPin] = useState('')
  const [answer, setAnswer] = useState<PinTry>(null)
  const [lockedUntil, setLockedUntil] = useState<string | null>(null)
  const [isSigning, setIsSigning] = useState(false)

  const show = useCallback((seq: number, problems: readonly SigningProblem[]) => {
    setChecked({ seq, problems })
    setAccepted((before) => stillAccepted(problems, before))
  }, [])
  const check = useCallback(async () => {
    const seq = await session.flush()
    if (seq === null) return setFailure('not-saved')
    try {
      const [problems, profile] = await Promise.all([
        stationClient.reports.check.query({ reportId }),
        queryClient.fetchQuery({ ...trpc.profile.get.queryOptions({}), staleTime: 0 }),
      ])
      setLockedUntil(profile.pinLockedUntil)
      show(seq, problems)
    } catch {
      setFailure('no-answer')
    }
  }, [session, reportId, show])
  useEffect(() => {
    void check()
  }, [check])

  const settle = async (outcome: Awaited<ReturnType<typeof stationClient.reports.sign.mutate>>) => {
    switch (outcome.kind) {
      case 'signed':
        return onSigned(outcome.report)
      case 'pin':
        setPin('')
        setLockedUntil(outcome.outcome.kind === 'locked' ? outcome.outcome.until : null)
        setAnswer(outcome.outcome.kind === 'right' || outcome.outcome.kind === 'locked' ? null : outcome.outcome)
        return
      case 'problems':
        setAnswer({ kind: 'problems' })
        if (checked) show(checked.seq, outcome.problems)
        return
      case 'changed':
        // What was confirmed was confirmed of another text.
        setAccepted([])
        setAnswer({ kind: 'changed' })
        return check()
      case 'no-profile':
        await queryClient.invalidateQueries(trpc.profile.get.pathFilter())
        return
      default:
        setFailure(outcome.kind)
    }
  }
  const sign = async () => {
    if (!checked || isSigning) return
    setIsSigning(true)
    setAnswer(null)
    try {
      const confirmed = confirmedOf(checked.problems, accepted)
      const codes = [...new Set(confirmed.map(({ code }) => code))]
      const request = { reportId, after: checked.seq, as, pin, accepted: codes, confirmed }
      await settle(await stationClient.reports.sign.mutate(request))
    } catch {
      setAnswer({ kind: 'no-answer' })
    } finally {
      setIsSigning(false)
    }
  }
  return {
    stage: failure ? 'failed' : checked ? 'ready' : 'saving',
    failure,
    problems: checked?.problems ?? [],
    isAccepted: (problem) => accepted.includes(keyOf(problem)),
    accept: (problems, isAccepted) => {
      const keys = problems.map(keyOf)
      setAccepted((before) => [...before.filter((key) => !keys.includes(key)), ...(isAccepted ? keys : [])])
    },
    as,
    setAs,
    pin,
    setPin,
    answer,
    lockedUntil,
    isSigning,
    sign,
  }
}
