/** The station key: where it is kept, how it is found, lost and restored. */
export { createKeyFileStore } from './key-file-store.ts'
export { type KeyStore, KeyStoreError } from './key-store.ts'
export { type OpenVault, openVault, type Vault } from './vault.ts'
