/** What the windows hear of reports: text at most once a second and never the last of it lost, everything else at once. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { StationEvent } from '../../main/contract/station.ts'
import type { Feed } from '../../main/http/index.ts'
import type { ReportChanged } from '../../main/reports/index.ts'
import { connectReportEvents } from '../../main/station-report-events.ts'
import type { StationServices } from '../../main/station-services.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function connected() {
  const told: StationEvent[] = []
  const listeners: ((change: ReportChanged) => void)[] = []
  const others: (() => void)[] = []
  const services = {
    reports: {
      onChange: (listener: (change: ReportChanged) => void) => {
        listeners.push(listener)
        return () => void listeners.splice(0)
      },
    },
    measurements: {
      onChange: (listener: (uid: string) => void) => {
        others.push(() => listener('1.2'))
        return () => undefined
      },
    },
    reader: {
      onChange: (listener: () => void) => {
        others.push(listener)
        return () => undefined
      },
    },
  } as unknown as StationServices
  const stop = connectReportEvents(services, { publish: (event) => void told.push(event) } as Feed)
  const change = (seq: number, isText: boolean, reportId = 'r') => {
    for (const listener of listeners) listener({ StudyInstanceUID: '1.2', reportId, seq, isText })
  }
  const seqs = () => told.flatMap((event) => (event.kind === 'reportChanged' ? [`${event.reportId}${event.seq}`] : []))
  return { told, others, change, seqs, stop }
}

it('tells text at once, then once a second with the newest', () => {
  const { change, seqs, stop } = connected()
  for (let seq = 1; seq <= 30; seq += 1) {
    change(seq, true)
    vi.advanceTimersByTime(100)
  }
  expect(seqs()).toEqual(['r1', 'r10', 'r20', 'r30'])
  change(1, true, 's')
  expect(seqs().at(-1)).toBe('s1')
  vi.advanceTimersByTime(5_000)
  expect(seqs()).toEqual(['r1', 'r10', 'r20', 'r30', 's1'])
  change(31, true)
  expect(seqs().at(-1)).toBe('r31')
  stop()
})

it('tells a signature at once, and not the text before it again', () => {
  const { change, seqs, stop } = connected()
  change(1, true)
  change(2, true)
  change(2, false)
  expect(seqs()).toEqual(['r1', 'r2'])
  vi.advanceTimersByTime(5_000)
  expect(seqs()).toEqual(['r1', 'r2'])
  stop()
})

it('tells of measurements and of the reader', () => {
  const { told, others, stop } = connected()
  for (const other of others) other()
  expect(told).toEqual([{ kind: 'measurementsChanged', StudyInstanceUID: '1.2' }, { kind: 'profileChanged' }])
  stop()
})
