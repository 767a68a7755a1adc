/** Entries of the audit log that another process makes, beside the station's own. */
import { expect, it, onTestFinished } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { auditHeadAt } from '../../../../main/cache/records/audit-head.ts'
import { AuditStore } from '../../../../main/cache/records/audit-store.ts'
import { noteAudit } from '../../../../main/cache/records/note-audit.ts'
import { openRecordsFile } from '../../../../main/cache/records/records-file.ts'
import { verifyAudit } from '../../../../main/cache/records/verify-audit.ts'
import type { AuditEvent } from '../../../../main/contract/audit.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { STATION_KEY } from '../test-cache.ts'

const event = (state: string): AuditEvent => ({
  kind: 'backup',
  EventID: '110106',
  EventActionCode: 'R',
  EventDateTime: '2026-01-01T00:00:00.000Z',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [],
  ParticipantObject: [],
  detail: { state },
})

const opened = (dataFolder: string) => {
  const folder = dataFolderAt(dataFolder)
  const { database } = openRecordsFile(folder, STATION_KEY)
  onTestFinished(() => void database.close())
  return { database, store: new AuditStore(database, auditHeadAt(folder.auditHead, STATION_KEY)) }
}

it('takes its place in the chain beside a station that runs, and in a log that nobody has open', async () => {
  const dataFolder = temporaryFolder()
  expect(noteAudit(dataFolder, STATION_KEY, event('no records'))).toBe(false)
  const { database, store } = opened(dataFolder)
  expect(noteAudit(dataFolder, STATION_KEY, event('no log'))).toBe(false)
  store.append([event('first')])
  expect(noteAudit(dataFolder, STATION_KEY, event('beside'))).toBe(true)
  expect(store.append([event('second')])).toEqual({ seq: 3, isHeadKept: true })
  expect(await verifyAudit(store)).toEqual({ entries: 3, fault: null, breaks: [] })
  database.close()

  expect(noteAudit(dataFolder, STATION_KEY, event('alone'))).toBe(true)
  const again = opened(dataFolder).store
  expect(again.headFault()).toBe(null)
  expect(await verifyAudit(again)).toEqual({ entries: 4, fault: null, breaks: [] })
  const entries = again.entries({ kind: null, from: null, to: null, person: null, before: null, limit: 9 })
  expect(entries.map(({ detail }) => detail.state)).toEqual(['alone', 'second', 'beside', 'first'])
})
