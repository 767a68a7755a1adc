/** Made-up room behind the sample station: studies by size, what holds each, and what was asked for. */
import type { BackupState } from '../../main/contract/backup.ts'
import type { HandlersOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import { type KeepReason, removableReasons, type StudyRoom } from '../../main/contract/space.ts'
import type { StudyRow } from '../../main/contract/studies.ts'
import type { StoredVersion, VersionedInstance } from '../../main/contract/versions.ts'

const held: KeepReason[][] = [[], ['not-archived'], ['report', 'not-archived'], [], ['versions'], ['outbox'], []]

/** The room of `studies` (asked for anew each time); `onRemove` takes one away. */
export function sampleSpace(studies: () => readonly StudyRow[], onRemove: (StudyInstanceUID: string) => void) {
  const pinned = new Set<string>()
  const rooms = (): StudyRoom[] =>
    studies()
      .map((row, index): StudyRoom => {
        const isPinned = pinned.has(row.StudyInstanceUID)
        return {
          StudyInstanceUID: row.StudyInstanceUID,
          PatientName: row.PatientName,
          PatientID: row.PatientID,
          StudyDate: row.StudyDate,
          StudyDescription: row.StudyDescription,
          ModalitiesInStudy: row.ModalitiesInStudy,
          NumberOfStudyRelatedInstances: row.NumberOfStudyRelatedInstances,
          bytes: row.bytes,
          usedAt: row.openedAt ?? row.lastReceivedAt,
          isPinned,
          reasons: [...(isPinned ? (['pinned'] as const) : []), ...(held[index % held.length] ?? [])],
        }
      })
      .sort((a, b) => b.bytes - a.bytes)
  const handlers: HandlersOf<StationContract>['space'] = {
    studies: ({ offset = 0, limit = 50 }) => ({
      total: rooms().length,
      studies: rooms().slice(offset, offset + limit),
    }),
    evictable: () => {
      const free = rooms().filter(({ reasons }) => reasons.length === 0)
      return { studies: free.length, bytes: free.reduce((sum, { bytes }) => sum + bytes, 0) }
    },
    pin: ({ StudyInstanceUID, pinned: wanted }) => {
      if (wanted) pinned.add(StudyInstanceUID)
      else pinned.delete(StudyInstanceUID)
      return {}
    },
    remove: ({ StudyInstanceUID, evenIfLost }) => {
      const room = rooms().find((each) => each.StudyInstanceUID === StudyInstanceUID)
      if (!room) return { kind: 'gone' }
      const reasons = room.reasons.filter((reason) => !evenIfLost || !removableReasons.includes(reason))
      if (reasons.length > 0) return { kind: 'kept', reasons }
      onRemove(StudyInstanceUID)
      return { kind: 'removed', bytes: room.bytes }
    },
  }
  return { handlers, pinned }
}

/** Made-up versions of an object of the first study; a choice is kept and told by `onChoice`. */
export function sampleVersions(
  studies: () => readonly StudyRow[],
  onChoice: (place: { StudyInstanceUID: string; SeriesInstanceUID: string }) => void,
): HandlersOf<StationContract>['versions'] {
  let shown = 1
  let choice: VersionedInstance['choice'] = null
  const object = (row: StudyRow): VersionedInstance => {
    const { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription } = row
    const series = { StudyInstanceUID, SeriesInstanceUID: `${StudyInstanceUID}.1` }
    const version = (instanceKey: number, sender: string, more: Partial<StoredVersion> = {}): StoredVersion => ({
      ...series,
      instanceKey,
      revision: shown,
      origin: 'received',
      sender,
      senderAddress: '192.168.10.4',
      receivedAt: `2026-03-1${instanceKey}T08:12:00.000Z`,
      TransferSyntaxUID: '1.2.840.10008.1.2.1',
      length: 526_000 + instanceKey,
      hasPixels: true,
      isDamaged: false,
      isShown: instanceKey === shown,
      isElsewhere: false,
      ...more,
    })
    return {
      ...series,
      SOPInstanceUID: `${StudyInstanceUID}.1.1`,
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      InstanceNumber: 17,
      SeriesNumber: 2,
      SeriesDescription: 'Parenchyme',
      Modality: 'CT',
      PatientName,
      PatientID,
      StudyDate,
      StudyDescription,
      choice,
      versions: [version(1, 'SCANNER1'), version(2, 'CONSOLE'), version(3, 'PACS', { isElsewhere: true })],
    }
  }
  return {
    list: () => {
      const instances = studies().slice(0, 1).map(object)
      return { total: instances.length, instances }
    },
    compare: ({ instanceKeys }) => ({
      differences: [
        { path: '00100040', keyword: 'PatientSex', values: ['F', 'M'] },
        { path: '00081115/0/0020000E', keyword: 'SeriesInstanceUID', values: [null, '1.2.3.4'] },
      ],
      more: 12,
      pixels: instanceKeys.includes(3) ? 'equal' : 'different',
    }),
    choose: ({ instanceKey, insteadOf }) => {
      if (insteadOf !== shown) return { outcome: 'changed' }
      shown = instanceKey
      choice = { at: '2026-03-14T09:30:00.000Z', by: 'Dr Camille Rousseau' }
      const [row] = studies()
      if (row) onChoice(object(row))
      return { outcome: 'chosen' }
    },
  }
}

/** Holds nothing: the sample station removes only what it is told to. */
export async function* sampleShowing(signal: {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
}): AsyncGenerator<{ id: string; data: Record<string, never> }, void> {
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', resolve))
}

/** A check that rests, many damaged objects, of which two of the first studies are listed, and places that cannot be read. */
export const sampleIntegrity = (studies: () => readonly StudyRow[]): HandlersOf<StationContract>['integrity'] => ({
  packs: () => {
    const found = { bytes: 526_000, foundAt: '2026-03-14T01:10:00.000Z' }
    const [study = null] = studies()
    const places = [study, null].map((each, index) => ({ ...found, packId: '0c1d', beginsAt: index, study: each }))
    return { places, total: 2, missedPacks: 3 }
  },
  dismiss: () => ({}),
  state: () => ({
    state: 'resting',
    checked: 0,
    total: 41_203,
    roundStartedAt: null,
    lastRound: { finishedAt: '2026-03-14T02:10:00.000Z', checked: 41_203 },
    damaged: 1_234,
  }),
  damaged: () =>
    studies()
      .slice(0, 2)
      .map((row, index) => ({
        instanceKey: index,
        StudyInstanceUID: row.StudyInstanceUID,
        SOPInstanceUID: `${row.StudyInstanceUID}.1`,
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
        PatientName: row.PatientName,
        PatientID: row.PatientID,
        StudyDate: row.StudyDate,
        StudyDescription: row.StudyDescription,
        foundAt: '2026-03-14T01:10:00.000Z',
        reason: index === 0 ? 'object-damaged' : 'object-missing',
        isArchived: index === 0,
      })),
  check: () => ({}),
  mend: () => ({ studies: 1 }),
})

/** Made-up backups: one of weeks ago, and one that runs for as long as it is not cancelled. */
export function sampleBackup(now: () => number): HandlersOf<StationContract>['backup'] {
  const last = {
    at: new Date(now() - 40 * 24 * 3_600_000).toISOString(),
    folder: '/media/radiologue/DISQUE/astreinte-backup-20260101T080000Z',
    ...{ bytes: 184_000_000_000, sharedBytes: 171_000_000_000 },
  }
  let running: BackupState['running'] = null
  let fault: BackupState['fault'] = null
  return {
    state: () => ({ running, last, fault, failedTo: fault && '/home/radiologue' }),
    start: ({ to }) => {
      fault = to === '/home/radiologue' ? 'not-writable' : null
      running = fault ? null : { to, bytes: 61_000_000_000, total: 186_000_000_000, rate: 93_000_000 }
      return { started: fault === null }
    },
    cancel: () => {
      running = null
      return {}
    },
  }
}
