/** What the program that runs the station must provide: Electron (`app/host.ts`), the browser host or a headless one. */
import type { KeyStore } from './security/key-store.ts'

export interface Host {
  readonly kind: 'electron' | 'browser' | 'headless'
  readonly keyStore: KeyStore
  /** True when the window had to run without Chromium's sandbox (as root, design §8). */
  readonly windowWithoutSandbox: boolean
  /** Holds off sleep while something must not be interrupted; the returned function ends it. */
  preventSleep(reason: string): () => void
  /** Opens or raises a window on the workstation; `entry` is the one-time address. */
  showWindow(entry: string): void
}
