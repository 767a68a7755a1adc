/** One kind of what strangers, links and disks can send us, changed in every way: what the fuzz program plays case by case. */
import type fc from 'fast-check'

/** A run of one kind. */
export interface FuzzRun {
  /** Plays one case; throws what should not have been. */
  property: fc.IRawProperty<unknown>
  /** After the last case: what is broken, in words, and figures that are worth telling. */
  end(): Promise<{ problems: string[]; figures: Record<string, unknown> }>
}

export interface FuzzKind {
  name: string
  /** How many of a thousand cases are of this kind. */
  share: number
  /** Makes what the cases need, in an empty folder of their own. */
  begin(folder: string): Promise<FuzzRun> | FuzzRun
}

/** Counts by name. */
export class Tally {
  readonly counts: Record<string, number> = {}

  add(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1
  }
}
