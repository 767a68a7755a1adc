import { expect, it } from 'vitest'
import { createBackupPace } from '../../main/backup-pace.ts'

it('is what was copied a second, without what an earlier backup had', () => {
  let now = 5000
  const pace = createBackupPace(() => now)
  expect(pace(8_000_000)).toBe(0)
  now += 2000
  expect(pace(9_000_000)).toBe(500_000)
  now += 2000
  expect(pace(9_000_000)).toBe(250_000)
})
