/**
 * The station: builds every service from plain arguments and starts and stops them in order. A data folder whose key is missing or wrong
 * opens locked: the listener of the windows answers, nothing is received, and the recovery key opens it without a restart.
 */
import { CacheError, type FolderLock, lockDataFolder } from './cache/index.ts'
import { createFeed, type Feed, type HttpServer, startHttp } from './http/index.ts'
import { type LaunchFiles, writeLaunchFiles } from './launch-files.ts'
import { type OpenVault, openVault, type Vault } from './security/index.ts'
import { stationCalls } from './station-calls.ts'
import { connectEvents } from './station-events.ts'
import type { Station, StationOptions } from './station-options.ts'
import { createProblems, type Problems } from './station-problems.ts'
import { openServices, type StationServices } from './station-services.ts'
import { defaultLanguage, defaultSettings } from './station-settings.ts'
import { createTeller, knownStatus, stationStatus, type Teller } from './station-status.ts'

/** ms that associations get to finish when the station stops. */
const GRACE = 2_500

class RunningStation implements Station {
  readonly #options: StationOptions
  readonly #feed: Feed = createFeed()
  readonly #problems: Problems
  readonly #teller: Teller
  readonly #knownStatus = knownStatus()
  #lock: FolderLock | null
  #vault: Vault
  #services: StationServices | null = null
  #http: HttpServer | null = null
  #files: LaunchFiles | null = null
  #disconnect: () => void = () => undefined
  #restoring: Promise<'restored' | 'wrong-recovery-key' | 'not-locked'> | null = null
  #closing: Promise<void> | null = null
  #lockedLanguage = defaultLanguage(process.env)

  constructor(options: StationOptions, lock: FolderLock, vault: Vault) {
    this.#options = options
    this.#lock = lock
    this.#vault = vault
    this.#teller = createTeller(() => this.#tellStatus())
    this.#problems = createProblems(() => this.#teller.soon())
  }

  get #server(): HttpServer {
    if (!this.#http) throw new Error('The station is not started')
    return this.#http
  }
  get url(): string {
    return this.#server.url
  }
  get dicomWeb(): string {
    return `${this.url}/dicom-web`
  }
  get tokenFile(): string {
    return this.#files?.tokenFile ?? ''
  }
  get storeTokenFile(): string {
    return this.#files?.storeTokenFile ?? ''
  }
  get receiver(): Station['receiver'] {
    return this.#services?.receiver.address ?? null
  }

  get secureReceiver(): Station['secureReceiver'] {
    return this.#services?.receiver.secureAddress ?? null
  }
  get webAccess(): Station['webAccess'] {
    return this.#services?.webAccess.address ?? null
  }
  entry(): string {
    return this.#server.entry()
  }

  async start(): Promise<void> {
    const { host, log, rendererFolder, httpPort = 0, afterCrash = false, dataFolder } = this.#options
    this.#problems.set('window-without-sandbox', host.windowWithoutSandbox)
    this.#problems.set('station-restarted', afterCrash)
    if (this.#vault.kind === 'open') await this.#open(this.#vault)
    else log.error({ reason: this.#vault.reason }, 'the data folder is locked')
    this.#http = await startHttp({
      port: httpPort,
      log: log.child({ service: 'http' }),
      rendererFolder,
      handlers: this.#handlers(),
      services: () => this.#services,
      onShow: () => this.#show(),
    })
    this.#files = writeLaunchFiles(dataFolder, this.#http)
  }

  #handlers() {
    return stationCalls({
      feed: this.#feed,
      keyStore: this.#options.host.keyStore,
      vault: () => this.#vault,
      services: () => this.#services,
      status: () => this.#status(),
      lockedSettings: {
        get: () => defaultSettings(this.#lockedLanguage),
        setLanguage: (language) => {
          this.#lockedLanguage = language
        },
      },
      onRecoveryKeyConfirmed: () => this.#problems.set('recovery-key-not-confirmed', false),
      restore: (recoveryKey) => this.#restore(recoveryKey),
    })
  }

  /** Opens the services of an open vault and starts receiving. */
  async #open(vault: OpenVault): Promise<void> {
    const { host, dataFolder } = this.#options
    const lock = this.#lock ?? lockDataFolder(dataFolder)
    // From here on the cache holds the lock, and releases it whatever happens.
    this.#lock = null
    const services = await openServices(this.#options, vault.stationKey, lock, this.#problems, {
      onProgress: (progress) => this.#feed.publish(progress),
      onIntakeChange: (intakeId) => this.#feed.publish({ kind: 'intakeChanged', intakeId }),
      onExportChange: (exportId) => this.#feed.publish({ kind: 'exportChanged', exportId }),
    })
    services.cache.onFault(endAsFault)
    services.records.onFault(endAsFault)
    this.#services = services
    this.#vault = vault
    this.#problems.set('recovery-key-not-confirmed', vault.recoveryKeyConfirmedAt() === null)
    this.#problems.set('key-file-exposed', isExposed(host.keyStore), host.keyStore.keyFile ?? '')
    const { problems, teller, feed } = { problems: this.#problems, teller: this.#teller, feed: this.#feed }
    this.#disconnect = connectEvents(services, { feed, host, problems, teller })
    // Before anything is received.
    await services.audit.start(services.receiver)
    await services.keeper.start()
    await services.webAccess.start()
    services.importer.watch(services.keeper.settings().watchedFolder)
    await services.archive.start()
    services.space.start()
    await services.scrub.start()
    void services.exporter.resume()
    void services.reportStates.resume()
    void services.reports.resume()
  }

  #restore(recoveryKey: string): Promise<'restored' | 'wrong-recovery-key' | 'not-locked'> {
    this.#restoring ??= this.#restoreNow(recoveryKey).finally(() => {
      this.#restoring = null
    })
    return this.#restoring
  }

  async #restoreNow(recoveryKey: string): Promise<'restored' | 'wrong-recovery-key' | 'not-locked'> {
    const vault = this.#vault
    if (vault.kind === 'open') return 'not-locked'
    const answer = await vault.restore(recoveryKey)
    if (answer.outcome !== 'restored') return answer.outcome
    await this.#open(answer.vault)
    this.#feed.publish({ kind: 'settingsChanged' })
    this.#teller.soon()
    return 'restored'
  }

  #status() {
    return stationStatus(this.#options.host.kind, this.#services, this.#problems, this.#knownStatus)
  }

  async #tellStatus(): Promise<void> {
    if (this.#closing) return
    try {
      this.#feed.statusChanged(await this.#status())
    } catch (error) {
      this.#options.log.error({ code: (error as { code?: unknown }).code }, 'the status cannot be read')
    }
  }

  /** A second start of the program asks for a window: where this host has windows, one is shown. */
  #show(): boolean {
    if (this.#options.host.kind === 'headless') return false
    this.#options.host.showWindow(this.entry())
    return true
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeNow()
    return this.#closing
  }

  async #closeNow(): Promise<void> {
    this.#files?.remove()
    this.#teller.stop()
    // The receiver goes first, while the windows can still see its last objects.
    const services = this.#services
    await services?.exporter.stop()
    await services?.importer.stop()
    await services?.webAccess.close()
    await services?.receiver.stop(GRACE)
    this.#disconnect()
    this.#feed.close()
    await this.#http?.close()
    this.#services = null
    await services?.close(0)
    this.#lock?.release()
  }
}

/** A worker of the cache or the records died: the process ends as by any fault, and its host starts it again. To go on would be to refuse every object. */
function endAsFault(): void {
  setImmediate(() => {
    throw new CacheError('closed', 'A worker of the cache or the records died')
  })
}

/** Whether others than its owner may read the file that holds the station key. */
const isExposed = (keyStore: object): boolean =>
  'isExposed' in keyStore && typeof keyStore.isExposed === 'function' && keyStore.isExposed() === true

/**
 * Starts a station. Throws {@link CacheError} `folder-in-use` when another one runs on the data folder, and the errors of the key store, the
 * cache and the HTTP port; nothing stays open then.
 */
export async function createStation(options: StationOptions): Promise<Station> {
  const lock = lockDataFolder(options.dataFolder)
  const vault = await openVault({ dataFolder: options.dataFolder, keyStore: options.host.keyStore }).catch((error) => {
    lock.release()
    throw error
  })
  const station = new RunningStation(options, lock, vault)
  try {
    await station.start()
    return station
  } catch (error) {
    await station.close()
    throw error
  }
}

export { CacheError }
