import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { queryClient } from '../../../renderer/services/client.ts'
import { useConnection } from '../../../renderer/services/connection.ts'
import { type GuestReading, GuestStudy } from '../../../renderer/viewer/use-guests.tsx'
import { seriesRow, study } from './study-fixtures.ts'

const before = globalThis.fetch
/** The calls that the station refuses now. */
let refused: readonly string[]
let reading: GuestReading | undefined

beforeEach(() => {
  refused = []
  reading = undefined
  useConnection.setState({ connection: 'open', lostAt: null })
  const answers: Record<string, unknown> = {
    'studies.get': { study, series: [seriesRow()], priors: [] },
    'viewer.instances': { revision: 1, instances: [] },
  }
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    const refusal = { error: { message: 'no', code: -32600, data: { code: 'BAD_REQUEST', httpStatus: 400 } } }
    const one = (name: string) => (refused.includes(name) ? refusal : { result: { data: answers[name] ?? null } })
    return new Response(JSON.stringify(names.map(one)), { status: 207 })
  }
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

const open = () =>
  render(
    <QueryClientProvider client={queryClient}>
      <GuestStudy
        StudyInstanceUID={study.StudyInstanceUID}
        onRead={(_, guest) => {
          reading = guest
        }}
      />
    </QueryClientProvider>,
  )
const told = () => reading && { isRead: reading.isRead, isUnread: reading.isUnread, failedSeries: reading.failedSeries }

test('a study that the station does not give is unread, not empty, and is read when it is tried again', async () => {
  refused = ['studies.get']
  open()
  await waitFor(() => expect(told()).toEqual({ isRead: false, isUnread: true, failedSeries: 0 }))
  refused = []
  act(() => reading?.retry())
  await waitFor(() => expect(told()).toEqual({ isRead: true, isUnread: false, failedSeries: 0 }))
})

test('a series whose headers are refused counts as failed until it is tried again', async () => {
  refused = ['viewer.instances']
  open()
  await waitFor(() => expect(told()).toEqual({ isRead: true, isUnread: false, failedSeries: 1 }))
  refused = []
  act(() => reading?.retry())
  await waitFor(() => expect(told()).toEqual({ isRead: true, isUnread: false, failedSeries: 0 }))
})
