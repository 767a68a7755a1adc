/** The station key: where it is kept, how it is found, lost and restored; and the PIN of the reader. */
export type { Authenticator } from './authenticator.ts'
export { createKeyFileStore } from './key-file-store.ts'
export { type KeyStore, KeyStoreError } from './key-store.ts'
export { createPinAuthenticator } from './pin-authenticator.ts'
export { type OpenVault, openVault, readStationKey, type Vault } from './vault.ts'
export { readVaultFile } from './vault-file.ts'
