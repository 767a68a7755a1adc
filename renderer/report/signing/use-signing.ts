/** The steps of signing: save what is left, check, then sign exactly what was checked. */
import { useCallback, useEffect, useState } from 'react'
import type { Issue, Report, SigningProblem } from '../../../main/contract/report.ts'
import { queryClient, stationClient, trpc } from '../../services/client.ts'
import type { ReportSession } from '../session.ts'
import type { PinTry } from './pin-answer.tsx'

type Code = SigningProblem['code']
type Failure = 'not-saved' | 'no-answer' | 'immutable' | 'not-found'

export interface Signing {
  stage: 'saving' | 'ready' | 'failed'
  failure: Failure | null
  problems: readonly SigningProblem[]
  accepted: readonly Code[]
  accept(code: Code, isAccepted: boolean): void
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
  const [accepted, setAccepted] = useState<readonly Code[]>([])
  const [as, setAs] = useState<Issue['as']>('final')
  const [pin, setPin] = useState('')
  const [answer, setAnswer] = useState<PinTry>(null)
  const [lockedUntil, setLockedUntil] = useState<string | null>(null)
  const [isSigning, setIsSigning] = useState(false)

  const check = useCallback(async () => {
    const seq = await session.flush()
    if (seq === null) return setFailure('not-saved')
    try {
      const [problems, profile] = await Promise.all([
        stationClient.reports.check.query({ reportId }),
        queryClient.fetchQuery({ ...trpc.profile.get.queryOptions({}), staleTime: 0 }),
      ])
      setLockedUntil(profile.pinLockedUntil)
      setChecked({ seq, problems })
    } catch {
      setFailure('no-answer')
    }
  }, [session, reportId])
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
        setChecked((before) => before && { ...before, problems: outcome.problems })
        return
      case 'changed':
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
      const warnings = checked.problems.filter(({ severity }) => severity === 'warning').map(({ code }) => code)
      const request = {
        reportId,
        after: checked.seq,
        as,
        pin,
        accepted: accepted.filter((code) => warnings.includes(code)),
      }
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
    accepted,
    accept: (code, isAccepted) =>
      setAccepted((before) => (isAccepted ? [...before, code] : before.filter((other) => other !== code))),
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
