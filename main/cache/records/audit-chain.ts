/**
 * The chain of the audit log: SHA-256 over the hash of the entry before, the entry's number and its text. A byte that was changed and an
 * entry that was taken out, put in or moved no longer fit. The chain alone does not tell that its end was cut off or that all of it was
 * written anew: for that its head is kept elsewhere (audit-head.ts).
 */
import { createHash } from 'node:crypto'
import type { AuditEvent, AuditFault } from '../../contract/audit.ts'

/** A place in the chain; `seq` 0 is before the first entry. */
export interface ChainPlace {
  seq: number
  hash: Uint8Array
}

/** Before the first entry. */
export const chainStart: ChainPlace = { seq: 0, hash: new Uint8Array(32) }

/** An entry as it is kept; anything may be in a table that others wrote to. */
export interface ChainRow {
  seq: number
  /** UTF-8, byte for byte. */
  entry: Uint8Array
  hash: Uint8Array
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

/** The one text of an event: JSON with its names in order. */
export const canonicalText = (event: AuditEvent): string => JSON.stringify(sorted(event))

/** The hash of the entry `seq` behind `before`. */
export const chainHash = (before: Uint8Array, seq: number, entry: string | Uint8Array): Buffer => {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(seq))
  return createHash('sha256').update(before).update(number).update(entry).digest()
}

/** Follows `rows` from `from`: the place reached, and what does not fit there, if anything. */
export const follow = (from: ChainPlace, rows: Iterable<ChainRow>): { place: ChainPlace; fault: AuditFault | null } => {
  let place = from
  for (const { seq, entry, hash } of rows) {
    const wanted = place.seq + 1
    if (seq !== wanted) return { place, fault: { reason: seq > wanted ? 'missing' : 'altered', seq: wanted } }
    const found = chainHash(place.hash, seq, entry)
    if (!found.equals(hash)) return { place, fault: { reason: 'altered', seq } }
    place = { seq, hash: found }
  }
  return { place, fault: null }
}
