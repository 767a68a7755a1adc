/** What tells the display sets of one series apart, when it was split: what they repeat, their plane, their size, else their numbers. */
import type { DisplaySet, Plane } from '../engine/engine.ts'
import { acquisitionPlane } from '../grid/planes.ts'

export interface PartFacts {
  /** As the engine names it (`b 1000`, `TE 90`); empty when that does not differ. */
  label: string
  plane: Plane | null
  size: { columns: number; rows: number } | null
  /** First and last instance number, where nothing else differs. */
  numbers: { first: number; last: number } | null
}

type Part = Pick<DisplaySet, 'label' | 'headers' | 'frames'>

/** Facts of each part, in the same order; each holds only what is not the same in all. `seriesName`: what a part without a name of its own is labelled. */
export function partFacts(parts: readonly Part[], seriesName: string): PartFacts[] {
  const planes = parts.map(acquisitionPlane)
  const sizes = parts.map(sizeOf)
  const doPlanesDiffer = new Set(planes).size > 1
  const doSizesDiffer = new Set(sizes.map((size) => size && `${size.columns}×${size.rows}`)).size > 1
  const named = parts.map(
    (part, index): PartFacts => ({
      label: part.label === seriesName ? '' : part.label,
      plane: doPlanesDiffer ? (planes[index] ?? null) : null,
      size: doSizesDiffer ? (sizes[index] ?? null) : null,
      numbers: null,
    }),
  )
  const times = new Map<string, number>()
  for (const facts of named) times.set(JSON.stringify(facts), (times.get(JSON.stringify(facts)) ?? 0) + 1)
  return named.map((facts, index) =>
    times.get(JSON.stringify(facts)) === 1 ? facts : { ...facts, numbers: numbersOf(parts[index]) },
  )
}

function sizeOf({ headers }: Part): PartFacts['size'] {
  for (const { Columns, Rows } of headers.values()) if (Columns && Rows) return { columns: Columns, rows: Rows }
  return null
}

function numbersOf(part: Part | undefined): PartFacts['numbers'] {
  const numbers = (part?.frames ?? []).flatMap(({ InstanceNumber }) => InstanceNumber ?? [])
  return numbers.length > 0 ? { first: Math.min(...numbers), last: Math.max(...numbers) } : null
}
