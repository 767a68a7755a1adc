/** Answers the contract's calls by the services; while the data folder is locked only what needs none of them. */
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import type { Settings } from './contract/settings.ts'
import type { StationStatus } from './contract/station.ts'
import type { StudyRow } from './contract/studies.ts'
import { CallError, type Feed, readAttributes } from './http/index.ts'
import { listenHost, reachableAddresses } from './receiver/index.ts'
import type { KeyStore, Vault } from './security/index.ts'
import { archiveCalls, withOutbox } from './station-archive.ts'
import { auditCalls, withAudit } from './station-audit-calls.ts'
import { backupCalls } from './station-backup.ts'
import { exporterCalls, importerCalls } from './station-import-export.ts'
import { reportCalls } from './station-report-calls.ts'
import type { StationServices } from './station-services.ts'
import { smartListCalls } from './station-smart-lists.ts'
import { integrityCalls, showing, spaceCalls } from './station-space.ts'
import { versionCalls } from './station-versions.ts'

/** What the calls work on. */
export interface CallContext {
  feed: Feed
  keyStore: KeyStore
  vault(): Vault
  /** Null while the data folder is locked. */
  services(): StationServices | null
  status(): Promise<StationStatus>
  /** Settings while locked: only the language can be chosen, for this launch. */
  lockedSettings: { get(): Settings; setLanguage(language: Settings['language']): void }
  /** The recovery key was confirmed. */
  onRecoveryKeyConfirmed(): void
  /** Opens the locked data folder. */
  restore(recoveryKey: string): Promise<'restored' | 'wrong-recovery-key' | 'not-locked'>
}

type Handlers = HandlersOf<StationContract>

const securityCalls = (context: CallContext): Handlers['security'] => ({
  state: () => {
    const vault = context.vault()
    const { kind, keyFile } = context.keyStore
    return {
      locked: vault.kind === 'locked' ? vault.reason : null,
      keyStore: kind,
      ...(keyFile ? { keyFile } : {}),
      recoveryKeyConfirmedAt: vault.recoveryKeyConfirmedAt(),
    }
  },
  drawRecoveryKey: () => {
    const vault = context.vault()
    if (vault.kind === 'locked') throw new CallError('locked', 'The data folder is locked')
    return { recoveryKey: vault.drawRecoveryKey() }
  },
  confirmRecoveryKey: ({ lastGroup }) => {
    const vault = context.vault()
    if (vault.kind === 'locked') throw new CallError('locked', 'The data folder is locked')
    const confirmed = vault.confirmRecoveryKey(lastGroup)
    if (confirmed) context.onRecoveryKeyConfirmed()
    return { confirmed }
  },
  restore: async ({ recoveryKey }) => ({ outcome: await context.restore(recoveryKey) }),
})

/** Without the properties whose value is undefined, which would overwrite what is kept. */
const definedOf = (change: { [K in keyof Settings]?: Settings[K] | undefined }): Partial<Settings> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))

function settingsCalls(context: CallContext, open: () => StationServices): Handlers['settings'] {
  /** While locked: the language for this launch, and nothing else. */
  const updateLocked = (change: Partial<Settings>) => {
    const { language, ...others } = change
    if (language === undefined || Object.keys(others).length > 0)
      throw new CallError('locked', 'The data folder is locked')
    context.lockedSettings.setLanguage(language)
    return { settings: context.lockedSettings.get(), problem: null }
  }
  return {
    get: () => context.services()?.keeper.settings() ?? context.lockedSettings.get(),
    update: async (input) => {
      const change = definedOf(input)
      if (!context.services()) return updateLocked(change)
      const { keeper } = open()
      const problem = await keeper.change(change)
      if (problem === null) context.feed.publish({ kind: 'settingsChanged' })
      if (change.watchedFolder !== undefined) open().importer.watch(keeper.settings().watchedFolder)
      if (change.space) open().space.wake()
      return { settings: keeper.settings(), problem }
    },
    testReceiver: async (wanted) => {
      if (wanted.dicomPort < 1 || wanted.dicomPort > 65_535) return { problem: 'port-not-permitted', addresses: [] }
      const { receiver, keeper } = open()
      return receiver.test(keeper.addressOf(wanted))
    },
  }
}

/** The rows with what is known elsewhere: reports, what goes to the archive, pins. */
const described = async ({ reports, archive, space }: StationServices, rows: readonly StudyRow[]) =>
  space.withPins(await withOutbox(archive, await reports.withReports(rows)))

function networkCalls(context: CallContext, open: () => StationServices): Handlers['network'] {
  const changed = () => context.feed.publish({ kind: 'settingsChanged' })
  return {
    addresses: () => reachableAddresses(listenHost(true)),
    testPeer: (peer) => open().receiver.testPeer(peer),
    tls: () => open().dicomTls.state(),
    configureTls: async ({ port, credentials }) => {
      const { dicomTls, keeper } = open()
      const answer = await dicomTls.configure(port, credentials)
      if (answer.fault === null && answer.problem === null) {
        await keeper.listensSecurely()
        await open().webAccess.follow()
        changed()
      }
      return answer
    },
    removeTls: async () => {
      const { dicomTls, keeper } = open()
      await dicomTls.remove()
      await keeper.listensSecurely()
      await open().webAccess.follow()
      changed()
      return {}
    },
  }
}

function webAccessCalls(context: CallContext, open: () => StationServices): Handlers['webAccess'] {
  const changed = () => context.feed.publish({ kind: 'settingsChanged' })
  return {
    state: (input) => open().webAccess.calls.state(input),
    configure: async (input) => {
      const answer = await open().webAccess.calls.configure(input)
      if (answer.fault === null && answer.problem === null) changed()
      return answer
    },
    addClient: async (input) => {
      const answer = await open().webAccess.calls.addClient(input)
      if (answer.kind === 'added') changed()
      return answer
    },
    revokeClient: async (input) => {
      const answer = await open().webAccess.calls.revokeClient(input)
      changed()
      return answer
    },
  }
}

/** Handlers of every call, which note in the audit log what is to be noted. */
export const stationCalls = (context: CallContext): Handlers =>
  withAudit(unauditedCalls(context), () => context.services()?.audit ?? null)

function unauditedCalls(context: CallContext): Handlers {
  const open = (): StationServices => {
    const services = context.services()
    if (!services) throw new CallError('locked', 'The data folder is locked')
    return services
  }
  return {
    archive: archiveCalls(open),
    audit: auditCalls(open),
    backup: backupCalls(open),
    ...reportCalls(open, () => context.vault()),
    network: networkCalls(context, open),
    security: securityCalls(context),
    settings: settingsCalls(context, open),
    integrity: integrityCalls(open),
    smartLists: smartListCalls(open, context.feed),
    space: spaceCalls(open),
    station: {
      status: () => context.status(),
      receiverHistory: () => open().receiver.history(),
      feed: (_, signal) => context.feed.subscribe(signal),
    },
    studies: {
      list: async (filter) => {
        const { total, rows } = await open().cache.listStudies(filter)
        return { total, rows: await described(open(), rows) }
      },
      counts: (input) => open().cache.countStudies(input),
      countEach: async ({ filters }) => {
        const counts: number[] = []
        // One after the other: what else is asked meanwhile comes in between.
        for (const filter of filters) counts.push(await open().cache.countFiltered(filter))
        return counts
      },
      get: async ({ StudyInstanceUID }) => {
        const found = await open().cache.getStudy(StudyInstanceUID)
        if (!found) return null
        const [study, ...priors] = await described(open(), [found.study, ...found.priors])
        return { study: study ?? found.study, series: found.series, priors }
      },
      opened: async ({ StudyInstanceUID }) => {
        await open().cache.markOpened(StudyInstanceUID, new Date().toISOString())
        context.feed.studyChanged(StudyInstanceUID, [], false)
        return {}
      },
      showing: ({ StudyInstanceUIDs }, signal) => showing(open(), StudyInstanceUIDs, signal),
    },
    versions: versionCalls(open, context.feed, (UID) => context.services()?.audit.versionChosen(UID)),
    webAccess: webAccessCalls(context, open),
    viewer: {
      instances: ({ StudyInstanceUID, SeriesInstanceUID, afterInstanceKey }) =>
        open().cache.imageHeaders(SeriesInstanceUID, afterInstanceKey, StudyInstanceUID),
      attributes: async ({ instanceKey }) => {
        return { attributes: await readAttributes(await open().cache.open(instanceKey)) }
      },
    },
    workspace: {
      load: async ({ windowId }) => {
        const state = await open().records.notes.loadDocument(`workspace ${windowId}`)
        return state === null ? null : { windowId, state }
      },
      save: async ({ windowId, state }) => {
        await open().records.notes.saveDocument(`workspace ${windowId}`, state)
        return {}
      },
    },
    exporter: exporterCalls(open),
    importer: importerCalls(open),
  }
}
