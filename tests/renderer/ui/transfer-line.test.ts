import { renderHook } from '@testing-library/react'
import { expect, it } from 'vitest'
import { speak } from '../../../renderer/services/i18n.ts'
import { secondsLeft, useTransferWords } from '../../../renderer/ui/transfer-line.ts'

const half = { finished: 100, total: 300, bytes: 50_000_000, rate: 1_000_000 }

it('counts on the rest being like what is through, and tells nothing without a rate or an object', () => {
  expect(secondsLeft(half)).toBe(100)
  const untold = [{ rate: 0 }, { finished: 0 }, { finished: 300 }].map((change) => secondsLeft({ ...half, ...change }))
  expect(untold).toEqual([null, null, null])
})

it.each([
  ['fr', half, ' · 1 Mo/s · encore 2 min environ'],
  ['en', { ...half, rate: 12_000 }, ' · 12 kB/s · about 2 hrs 19 mins left'],
  ['en', { ...half, finished: 299, bytes: 299_000 }, ' · 1 MB/s · about 10 secs left'],
  ['fr', { ...half, finished: 300 }, ' · 1 Mo/s'],
  ['fr', { ...half, rate: 0 }, ''],
] as const)('is written in %s: %o', (language, transfer, expected) => {
  speak(language)
  const { result } = renderHook(() => useTransferWords())
  expect(result.current(transfer).replace(/[\u00a0\u202f]/g, ' ')).toBe(expected)
})
