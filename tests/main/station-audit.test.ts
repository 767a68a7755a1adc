import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { Host } from '../../main/host.ts'
import { createStationAudit } from '../../main/station-audit.ts'
import { createProblems } from '../../main/station-problems.ts'
import { ctImage, store } from './cache/data-sets.ts'
import { testRecords } from './cache/records/test-records.ts'
import { testCache } from './cache/test-cache.ts'

const log = pino({ level: 'silent' })
const host: Host = {
  kind: 'headless',
  keyStore: { kind: 'keychain', load: async () => null, save: async () => undefined },
  windowWithoutSandbox: false,
  preventSleep: () => () => undefined,
  showWindow: () => undefined,
}

it('notes also what came in the moment before the end', async () => {
  const [cache, records] = [await testCache(), await testRecords()]
  const problems = createProblems(() => undefined)
  const audit = createStationAudit({ cache, records, medium: () => [] }, { host, log }, problems)
  await audit.start({ onChange: () => () => undefined })
  await store(cache, ctImage())
  await audit.close()
  const any = { kind: null, from: null, to: null, person: null, before: null } as const
  const entries = await records.audit.entries({ ...any, limit: 10 })
  expect(entries.map(({ kind }) => kind)).toEqual(['stopped', 'received', 'started'])
})
