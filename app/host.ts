/** The host as the station's process sees it in Electron: what only the shell can do is asked of it by messages. */
import type { Host } from '../main/host.ts'
import { type KeyStore, KeyStoreError } from '../main/security/key-store.ts'
import type { FromStation, ToStation } from './station/messages.ts'

export interface ElectronHost {
  host: Host
  /** Takes the shell's answers; true when `message` was one. */
  answered(message: ToStation): boolean
}

type Answer = { resolve(key: string | null): void; reject(error: Error): void }

/** A key store that leaves the key to the shell's keychain. */
function createRemoteKeychain(send: (message: FromStation) => void, waiting: Map<number, Answer>): KeyStore {
  let lastId = 0
  const ask = (message: (id: number) => FromStation) =>
    new Promise<string | null>((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      send(message(id))
    })
  return {
    kind: 'keychain',
    async load() {
      const key = await ask((id) => ({ kind: 'load-key', id })).catch((cause) => {
        throw new KeyStoreError('key-unreadable', 'the keychain did not give the station key', { cause })
      })
      return key === null ? null : Buffer.from(key, 'base64')
    },
    async save(key) {
      await ask((id) => ({ kind: 'save-key', id, key: Buffer.from(key).toString('base64') })).catch((cause) => {
        throw new KeyStoreError('key-not-saved', 'the keychain did not take the station key', { cause })
      })
    },
  }
}

/** The host for one station; `keyFileStore` is used instead of the keychain where there is none. */
export function createElectronHost(
  send: (message: FromStation) => void,
  options: { keyFileStore: KeyStore | null; windowWithoutSandbox: boolean },
): ElectronHost {
  const waiting = new Map<number, Answer>()
  let lastHold = 0
  return {
    host: {
      kind: 'electron',
      keyStore: options.keyFileStore ?? createRemoteKeychain(send, waiting),
      windowWithoutSandbox: options.windowWithoutSandbox,
      preventSleep() {
        const id = ++lastHold
        send({ kind: 'hold-sleep', id })
        return () => send({ kind: 'release-sleep', id })
      },
      showWindow: () => send({ kind: 'show-window' }),
    },
    answered(message) {
      if (message.kind !== 'key' && message.kind !== 'key-failed') return false
      const answer = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.kind === 'key') answer?.resolve(message.key)
      else answer?.reject(new Error(message.message))
      return true
    },
  }
}
