/** Which series of a prior belongs beside the one that is read. */
import type { Plane } from '../engine/engine.ts'
import { acquisitionPlane } from '../grid/planes.ts'
import { type ImagesItem, isLocalizer } from '../strip/strip-items.ts'

/** The stack of `candidates` that is most like `current`, and whether it is of its kind: same modality, same plane, no localizer for a stack. */
export function matchingSeries(
  current: ImagesItem,
  candidates: readonly ImagesItem[],
): { item: ImagesItem; isOfSameKind: boolean } | null {
  const wanted = factsOf(current)
  const ranked = candidates
    .map((item) => ({ item, likeness: likenessOf(wanted, factsOf(item)) }))
    .sort((a, b) => compareLikeness(b.likeness, a.likeness))
  const [best] = ranked
  if (!best) return null
  const [isSameKind, isSameModality, isSamePlane] = best.likeness
  return { item: best.item, isOfSameKind: isSameKind === 1 && isSameModality === 1 && isSamePlane === 1 }
}

interface Facts {
  isLocalizer: boolean
  Modality: string
  plane: Plane
  BodyPartExamined: string
  /** An agent is stated: presence and absence of contrast are not to be mixed up. */
  hasContrast: boolean
  words: ReadonlySet<string>
  images: number
}

const factsOf = ({ series, displaySet }: ImagesItem): Facts => ({
  isLocalizer: isLocalizer(displaySet),
  Modality: series.Modality,
  plane: acquisitionPlane(displaySet),
  BodyPartExamined: series.BodyPartExamined.trim().toUpperCase(),
  hasContrast: Boolean(displaySet.headers.values().next().value?.ContrastBolusAgent),
  words: wordsOf(`${series.SeriesDescription} ${series.ProtocolName} ${displaySet.label}`),
  images: displaySet.frames.length,
})

/** Figures (thickness, numbers of phases) are no words: they differ between scanners. */
function wordsOf(text: string): ReadonlySet<string> {
  const plain = text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
  return new Set(plain.split(/[^\p{L}\p{N}]+/u).filter((word) => /\p{L}/u.test(word)))
}

/** What counts most comes first. */
type Likeness = readonly number[]

const likenessOf = (wanted: Facts, facts: Facts): Likeness => [
  Number(wanted.isLocalizer === facts.isLocalizer),
  Number(wanted.Modality === facts.Modality),
  Number(wanted.plane === facts.plane),
  Number(wanted.BodyPartExamined === '' || wanted.BodyPartExamined === facts.BodyPartExamined),
  Number(wanted.hasContrast === facts.hasContrast),
  sharedWords(wanted.words, facts.words),
  Math.min(wanted.images, facts.images) / Math.max(wanted.images, facts.images, 1),
]

/** Of all words of both, how many they share: 0 to 1. */
function sharedWords(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const all = new Set([...one, ...other])
  const shared = [...one].filter((word) => other.has(word))
  return all.size === 0 ? 0 : shared.length / all.size
}

function compareLikeness(one: Likeness, other: Likeness): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}
