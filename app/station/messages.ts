/** What the shell and the station's process say to each other. The one-time address is all of a secret that passes here; no patient data does. */

export interface StationStart {
  kind: 'start'
  dataFolder: string
  rendererFolder: string
  resourcesFolder: string
  logFile: string
  /** Null: the shell's keychain keeps the station key; otherwise the station's process keeps it in this 0600 file. */
  keyFile: string | null
  windowWithoutSandbox: boolean
  afterCrash: boolean
  dicomPort?: number
  httpPort?: number
}

/** Answered by `key` (base64; null when none was stored) or `key-failed`. */
export type KeyRequest = { kind: 'load-key'; id: number } | { kind: 'save-key'; id: number; key: string }

export type ToStation =
  | StationStart
  | { kind: 'stop' }
  | { kind: 'key'; id: number; key: string | null }
  | { kind: 'key-failed'; id: number; message: string }

export interface StationReady {
  kind: 'ready'
  entry: string
  receiver: { aeTitle: string; host: string; port: number } | null
}

export type FromStation =
  | StationReady
  | KeyRequest
  /** The station cannot start, and will not by trying again at once; `roomNeeded`: MB to be freed on its disk, and then it will. */
  | { kind: 'failed'; message: string; roomNeeded?: number }
  /** Another process holds the data folder, and has shown its window. */
  | { kind: 'shown-elsewhere' }
  | { kind: 'show-window' }
  | { kind: 'hold-sleep'; id: number }
  | { kind: 'release-sleep'; id: number }
