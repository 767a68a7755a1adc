/** What `createStation` (station.ts) takes and gives: plain values, so that every host and test starts the same station. */
import type { Logger } from 'pino'
import type { Host } from './host.ts'
import type { StationTls } from './station-dicom-tls.ts'

export interface StationOptions {
  dataFolder: string
  host: Host
  log: Logger
  /** Folder of the built renderer; null serves none. */
  rendererFolder: string | null
  /** Folder `resources/`. */
  resourcesFolder: string
  /** These override the saved settings for this run. */
  aeTitle?: string
  dicomHost?: string
  dicomPort?: number
  /** DICOM over TLS beside plain DICOM; absent: none. */
  dicomTls?: StationTls
  /** Address on which DICOMweb is served to other machines, where that is switched on; absent: every one of this machine. */
  dicomWebHost?: string
  /** 0 or absent: any free port. */
  httpPort?: number
  /** The host starts the station again because it died: the status says so (problem `station-restarted`). */
  afterCrash?: boolean
}

export interface Station {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly dicomWeb: string
  /** 0600 file outside the data folder with the bearer token for reading `/dicom-web`. */
  readonly tokenFile: string
  /** The same for storing by `/dicom-web`. */
  readonly storeTokenFile: string
  /** Null while the data folder is locked or the receiver could not listen. */
  readonly receiver: { aeTitle: string; host: string; port: number } | null
  /** Where it listens for DICOM over TLS; null while it does not. */
  readonly secureReceiver: { aeTitle: string; host: string; port: number } | null
  /** Where DICOMweb is served to other machines over TLS; null while it is not. */
  readonly webAccess: { address: string; port: number } | null
  /** A new one-time address for a window: good for one use within 60 s. */
  entry(): string
  /** Stops in order: listeners, associations (given time to finish), http, cache. Within 5 s. */
  close(): Promise<void>
}
