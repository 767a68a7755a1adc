/** A report as this window may write it: held by its lock, fetched, saved as it is written, given up when another window asks. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { queryClient, stationClient, trpc } from '../services/client.ts'
import { openSession, type ReportSession } from './session.ts'
import { joinWindows } from './window/channel.ts'
import { type Hold, holdReport } from './window/holding.ts'

export type Written =
  | { kind: 'opening' }
  | { kind: 'here'; session: ReportSession }
  | { kind: 'elsewhere' }
  | { kind: 'failed' }

export interface WrittenReport {
  written: Written
  /** Lets another window write: saves first. With `queue` this window writes again when that one is done. */
  giveUp(queue: boolean): Promise<void>
  queue(): void
  /** Asks the other window to give the report up. */
  bringBack(): void
  /** Takes it although the other window does not answer. */
  take(): void
  retry(): void
}

/** `isOwnWindow`: the window is there for this report alone and closes when another one takes over. */
export function useWrittenReport(reportId: string, StudyInstanceUID: string, isOwnWindow: boolean): WrittenReport {
  const [written, setWritten] = useState<Written>({ kind: 'opening' })
  const [attempt, setAttempt] = useState(0)
  const hold = useRef<Hold | null>(null)
  const session = useRef<ReportSession | null>(null)
  const channel = useRef<ReturnType<typeof joinWindows> | null>(null)

  const giveUp = useCallback(async (queue: boolean) => {
    const giving = session.current
    session.current = null
    await giving?.close()
    hold.current?.release(queue)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks for another try
  useEffect(() => {
    let isOver = false
    let isHere = false
    const open = async () => {
      setWritten({ kind: 'opening' })
      const report = await stationClient.reports.get.query({ reportId }).catch(() => null)
      if (isOver || !isHere) return
      if (!report) return setWritten({ kind: 'failed' })
      queryClient.setQueryData(trpc.reports.get.queryKey({ reportId }), report)
      const opened = openSession(report)
      session.current = opened
      setWritten({ kind: 'here', session: opened })
    }
    const held = holdReport(reportId, (holding) => {
      isHere = holding === 'here'
      if (isOver) return
      if (isHere) {
        // Only now: told before, the other window would wait in line ahead of this one.
        if (isOwnWindow) channel.current?.tell({ kind: 'attached', reportId })
        void open()
      } else if (holding === 'elsewhere') {
        void session.current?.close()
        session.current = null
        setWritten({ kind: 'elsewhere' })
      }
    })
    hold.current = held
    const joined = joinWindows(StudyInstanceUID, (message) => {
      if (message.kind === 'attached' && message.reportId === reportId && !isOwnWindow && !isHere) held.queue()
      if (message.kind !== 'bring-back' || message.reportId !== reportId || !isHere) return
      void giveUp(!isOwnWindow).then(() => {
        if (isOwnWindow) window.close()
      })
    })
    channel.current = joined
    return () => {
      isOver = true
      const closing = session.current
      session.current = null
      void (closing?.close() ?? Promise.resolve()).finally(() => held.close())
      joined.close()
    }
  }, [reportId, StudyInstanceUID, isOwnWindow, attempt])

  return {
    written,
    giveUp,
    queue: () => hold.current?.queue(),
    bringBack: () => {
      channel.current?.tell({ kind: 'bring-back', reportId })
      hold.current?.queue()
    },
    take: () => hold.current?.take(),
    retry: () => setAttempt((before) => before + 1),
  }
}
