/** The clocks of one connection: ARTIM (PS3.8 §9.1.5), the time a PDU may take to arrive, and the time of silence. */
import type { DimseLimits } from './dimse.ts'

/** Which clock ran out. */
export type Expiry = 'ARTIM' | 'pdu' | 'idle'

type ClockLimits = Pick<DimseLimits, 'artimTimeout' | 'pduTimeout' | 'idleTimeout'>

export class ConnectionClocks {
  readonly #limits: ClockLimits
  readonly #onExpiry: (expiry: Expiry) => void
  readonly #period: number
  readonly #timer: NodeJS.Timeout
  #artim: NodeJS.Timeout | null = null
  #checkedAt = performance.now()
  #lastSignAt = performance.now()
  /** When the PDU that has begun did; 0 between PDUs. */
  #pduStartedAt = 0
  #pduNumber = 0
  #isSuspended = false

  constructor(limits: ClockLimits, onExpiry: (expiry: Expiry) => void) {
    this.#limits = limits
    this.#onExpiry = onExpiry
    // One slow timer looks at times noted, instead of one that is set anew at each PDU.
    this.#period = Math.min(limits.pduTimeout, limits.idleTimeout, 4000) / 4
    this.#timer = setInterval(() => this.#check(), this.#period)
  }

  /** The peer showed that it is there: bytes came, or were taken. */
  noteSign(): void {
    this.#lastSignAt = performance.now()
  }

  /** Where the reader stands: inside its `number`th PDU, or between two. */
  notePdu(isInside: boolean, number: number): void {
    if (!isInside) this.#pduStartedAt = 0
    else if (this.#pduStartedAt === 0 || this.#pduNumber !== number) this.#pduStartedAt = performance.now()
    this.#pduNumber = number
  }

  /** The peer waits for us: nothing is held against it until `resume`. */
  suspend(): void {
    this.#isSuspended = true
  }

  /** Everything begins anew. */
  resume(): void {
    this.#isSuspended = false
    this.noteSign()
    if (this.#pduStartedAt !== 0) this.#pduStartedAt = this.#lastSignAt
  }

  startArtim(): void {
    this.stopArtim()
    this.#artim = setTimeout(() => this.#onExpiry('ARTIM'), this.#limits.artimTimeout)
  }

  stopArtim(): void {
    if (this.#artim) clearTimeout(this.#artim)
    this.#artim = null
  }

  stop(): void {
    this.stopArtim()
    clearInterval(this.#timer)
  }

  #check(): void {
    const now = performance.now()
    const wasStalled = now - this.#checkedAt > 2 * this.#period
    this.#checkedAt = now
    // After a pause of this process (a busy machine, a sleeping one) what came meanwhile is read first.
    if (wasStalled || this.#isSuspended) return
    if (this.#pduStartedAt !== 0 && now - this.#pduStartedAt > this.#limits.pduTimeout) this.#onExpiry('pdu')
    else if (now - this.#lastSignAt > this.#limits.idleTimeout) this.#onExpiry('idle')
  }
}
