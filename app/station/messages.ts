/** What the shell and the station's process say to each other. The one-time address is all of a secret that passes here; no patient data does. */

export interface StationStart {
  kind: 'start'
  dataFolder: string
  rendererFolder: string
  resourcesFolder: string
  logFile: string
  /** `keychain`: the shell keeps the station key; otherwise the station's process keeps it in this 0600 file. */
  keyFile: string | null
  windowWithoutSandbox: boolean
  afterCrash: boolean
  dicomPort?: number
  httpPort?: number
}

export type ToStation =
  | StationStart
  | { kind: 'stop' }
  /** Answers `load-key` and `save-key`; base64, null when no key was stored. */
  | { kind: 'key'; id: number; key: string | null }
  | { kind: 'key-failed'; id: number; message: string }

export interface StationReady {
  kind: 'ready'
  url: string
  entry: string
  receiver: { aeTitle: string; host: string; port: number } | null
}

export type FromStation =
  | StationReady
  /** The station could not start and will not by trying again. */
  | { kind: 'failed'; code: string; message: string }
  | { kind: 'show-window' }
  | { kind: 'load-key'; id: number }
  | { kind: 'save-key'; id: number; key: string }
  | { kind: 'hold-sleep'; id: number; reason: string }
  | { kind: 'release-sleep'; id: number }
