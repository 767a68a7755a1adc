/** Backups within the station: one at a time, its progress, how the last ended, and the contract's calls. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createBackupPace } from './backup-pace.ts'
import { type BackupEnd, type Records, type RunningBackup, runBackup } from './cache/index.ts'
import type { BackupFault, BackupState } from './contract/backup.ts'
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import { readVaultFile } from './security/index.ts'
import { isInside } from './user-folders.ts'

const NOTE = 'last backup'

const faults: Readonly<Record<string, BackupFault>> = {
  'disk-full': 'disk-full',
  'folder-in-use': 'in-use',
  EACCES: 'not-writable',
  EPERM: 'not-writable',
  EROFS: 'not-writable',
  ENOENT: 'not-writable',
  ENOTDIR: 'not-writable',
  EIO: 'not-writable',
}

export interface BackupKeeperOptions {
  notes: Pick<Records['notes'], 'loadDocument' | 'saveDocument'>
  dataFolder: string
  stationKey: Uint8Array
  /** It began, goes on or is over. */
  onChange(): void
  /** One begins: nothing is copied yet. */
  onBegin(to: string): void
  /** One that began is over. */
  onEnd(to: string, end: BackupEnd): void
}

export interface BackupKeeper {
  readonly isBusy: boolean
  state(): Promise<BackupState>
  start(to: string): boolean
  /** Ends what runs, and waits for it. */
  stop(): Promise<void>
}

/** Whether a backup can lie there at all. */
const isOutside = (to: string, dataFolder: string): boolean =>
  !isInside(to, dataFolder) && (!existsSync(to) || readVaultFile(to) === null)

const parsedNote = (text: string | null): BackupState['last'] =>
  text === null ? null : (JSON.parse(text) as BackupState['last'])

/** Backups of `dataFolder`. */
export function createBackupKeeper(options: BackupKeeperOptions): BackupKeeper {
  const { notes, dataFolder, stationKey, onChange, onBegin, onEnd } = options
  let running: { backup: RunningBackup; progress: NonNullable<BackupState['running']>; over: Promise<void> } | null =
    null
  let fault: BackupFault | null = null
  let failedTo: string | null = null

  const ended = async (to: string, end: BackupEnd): Promise<void> => {
    if (end.kind === 'failed') {
      fault = faults[end.code] ?? 'internal'
      failedTo = to
    }
    if (end.kind === 'done') {
      const { folder, bytes, sharedBytes } = end.backup
      const last: BackupState['last'] = { at: new Date().toISOString(), folder, bytes, sharedBytes }
      await notes.saveDocument(NOTE, JSON.stringify(last)).catch(() => undefined)
    }
    running = null
    onEnd(to, end)
    onChange()
  }
  return {
    get isBusy() {
      return running !== null
    },
    async state() {
      const last = parsedNote(await notes.loadDocument(NOTE))
      return { running: running && { ...running.progress }, last, fault, failedTo }
    },
    start(given) {
      if (running) return false
      const to = resolve(given)
      fault = isOutside(to, dataFolder) ? null : 'inside-data'
      failedTo = fault && to
      if (fault) return false
      onBegin(to)
      const progress = { to, bytes: 0, total: 0, rate: 0 }
      const pace = createBackupPace()
      const backup = runBackup({ dataFolder, stationKey, to }, (next) =>
        Object.assign(progress, next, { rate: pace(next.bytes) }),
      )
      running = { backup, progress, over: backup.end.then((end) => ended(to, end)) }
      onChange()
      return true
    },
    async stop() {
      running?.backup.cancel()
      await running?.over
    },
  }
}

/** Handlers of the calls that concern backups. */
export const backupCalls = (open: () => { backups: BackupKeeper }): HandlersOf<StationContract>['backup'] => ({
  state: () => open().backups.state(),
  start: ({ to }) => ({ started: open().backups.start(to) }),
  cancel: async () => {
    await open().backups.stop()
    return {}
  },
})
