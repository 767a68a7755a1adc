/** The station key: where it is kept, how it is found, lost and restored. */
export { createKeyFileStore, type KeyFileStore } from './key-file-store.ts'
export { type KeyStore, KeyStoreError } from './key-store.ts'
export { runSelfTest, SelfTestError } from './self-test.ts'
export { type LockedVault, type OpenVault, type OpenVaultOptions, openVault, type Vault } from './vault.ts'
