/** Where a host keeps the station key (design: "Station key"). */

export interface KeyStore {
  readonly kind: 'keychain' | 'key-file'
  /** Path to show to its owner; absent for a keychain. */
  readonly keyFile?: string
  /** The 32-byte station key; null when none was stored yet. Throws {@link KeyStoreError}. */
  load(): Promise<Uint8Array | null>
  /** Stores the key durably. */
  save(key: Uint8Array): Promise<void>
}

export class KeyStoreError extends Error {
  readonly code: 'key-unreadable' | 'key-not-saved' | 'inside-data-folder'
  constructor(code: KeyStoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeyStoreError'
    this.code = code
  }
}
