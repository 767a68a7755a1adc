/** What the receiver counts and remembers of its associations: objects, their rate, the history, and when that is told. */
import type { Logger } from 'pino'
import type { IngestOutcome } from '../cache/cache.ts'
import type { ReceiverEvent } from '../contract/station.ts'
import type { AssociationEnd } from '../dimse/index.ts'
import { AssociationTally } from './association-tally.ts'
import { StoreRate } from './store-rate.ts'

/** Associations that the history keeps. */
const HISTORY_LENGTH = 200
/** Least time between two tellings of counters alone, ms. */
const STATUS_INTERVAL = 500

/** Who is told. */
export interface CountsListener {
  onStatus(): void
  onEvent(event: ReceiverEvent): void
}

/** Who sends by another way than an association. */
export interface DeliverySource {
  /** Name of the client, or empty. */
  name: string
  remoteAddress: string
}

/** Objects that come in one request of DICOMweb. */
export interface Delivery {
  count(outcome: IngestOutcome): void
  /** Counts an object that never came to the cache. */
  countRefused(code: string): void
  end(outcome: 'completed' | 'aborted' | 'protocol-error'): void
}

export class ReceiverCounts {
  readonly #log: Logger
  readonly #listener: CountsListener
  readonly #tallies = new Map<number, AssociationTally>()
  readonly #rate = new StoreRate()
  #history: ReceiverEvent[] = []
  #stored = 0
  #refused = 0
  #deliveries = 0
  #timer: NodeJS.Timeout | null = null

  constructor(log: Logger, listener: CountsListener) {
    this.#log = log
    this.#listener = listener
  }

  /** Instances per second over the last few seconds, and those stored and refused since the start. */
  get totals(): { rate: number; stored: number; refused: number } {
    return { rate: this.#rateNow(), stored: this.#stored, refused: this.#refused }
  }

  #rateNow(): number {
    return this.#rate.at(performance.now(), this.#tallies.size + this.#deliveries > 0)
  }

  /** The last associations, newest first. */
  history(): ReceiverEvent[] {
    return this.#history.slice()
  }

  /** An association begins. */
  begin(associationId: number): void {
    this.#tallies.set(associationId, new AssociationTally())
    this.#listener.onStatus()
  }

  /** The tally of an association that has not ended. */
  tallyOf(associationId: number): AssociationTally {
    return this.#tallies.get(associationId) ?? new AssociationTally()
  }

  /** Counts what became of one object. */
  count(tally: AssociationTally, outcome: IngestOutcome): void {
    tally.count(outcome)
    if (outcome.kind === 'refused') this.#refused += 1
    else {
      this.#stored += 1
      this.#rate.add(performance.now())
    }
    this.#tellSoon()
  }

  /** Counts an object that never came to the cache. */
  countRefused(tally: AssociationTally, code: string): void {
    this.#refused += 1
    tally.fail(code)
    this.#tellSoon()
  }

  /** An association, or a connection that never became one, ended. */
  end(end: AssociationEnd): void {
    const id = end.association?.id ?? 0
    const event = this.tallyOf(id).toEvent(end, new Date().toISOString())
    this.#tallies.delete(id)
    this.#remember(event)
  }

  /** Deliveries that have not ended. */
  get deliveries(): number {
    return this.#deliveries
  }

  /** A delivery begins. */
  beginDelivery({ name, remoteAddress }: DeliverySource): Delivery {
    const tally = new AssociationTally()
    this.#deliveries += 1
    this.#listener.onStatus()
    return {
      count: (outcome) => this.count(tally, outcome),
      countRefused: (code) => this.countRefused(tally, code),
      end: (outcome) => {
        this.#deliveries -= 1
        const event = tally.eventOf(name, remoteAddress, outcome, new Date().toISOString())
        this.#remember({ ...event, via: 'dicom-web' })
      },
    }
  }

  #remember(event: ReceiverEvent): void {
    this.#history = [event, ...this.#history.slice(0, HISTORY_LENGTH - 1)]
    this.#log[event.reasons.length > 0 ? 'warn' : 'info'](
      { ...event },
      event.via ? 'delivery ended' : 'association ended',
    )
    this.#listener.onEvent(event)
    this.#listener.onStatus()
  }

  /** Tells at intervals, until the rate has come down to zero. */
  #tellSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#listener.onStatus()
      if (this.#rateNow() > 0) this.#tellSoon()
    }, STATUS_INTERVAL)
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
