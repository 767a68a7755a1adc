/** Which packs a backup copies, and how much of each. */
import type { KnownPack } from './copy-packs.ts'
import type { PackBehind } from './wait-for-index.ts'

/**
 * The packs of a copied index, and those that it was `behind` as long as they were then: opening the copy indexes what lies behind in them. One
 * that grew since is copied as far as the index knows it. `keyIdOf` gives the key of a pack that the index does not know, null when that is gone.
 */
export const packsToCopy = (
  known: readonly Omit<KnownPack, 'copiedEnd'>[],
  dead: ReadonlySet<string>,
  behind: readonly PackBehind[],
  keyIdOf: (packId: string) => string | null,
): KnownPack[] => {
  const packs = new Map(
    known.map((pack): [string, KnownPack] => [pack.packId, { ...pack, copiedEnd: pack.indexedEnd }]),
  )
  for (const { packId, size } of behind) {
    if (dead.has(packId)) continue
    const pack = packs.get(packId)
    const keyId = pack?.keyId ?? keyIdOf(packId)
    const indexedEnd = pack?.indexedEnd ?? 0
    if (keyId !== null) packs.set(packId, { packId, keyId, indexedEnd, copiedEnd: Math.max(size, indexedEnd) })
  }
  return [...packs.values()]
}
