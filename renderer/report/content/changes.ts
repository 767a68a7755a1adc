/** What was written between two contents, as the changes that the station's log takes. */
import type { Block, KeyImage, ReportChange, ReportContent, Section } from '../../../main/contract/report.ts'
import { emptyParagraph, normalBlocks } from './normal.ts'
import { isSame } from './same.ts'

/** In `before`, from block `at`, `removed` blocks gave place to `inserted`. */
export interface Hunk {
  at: number
  removed: number
  inserted: readonly Block[]
}

const isSameBlock = (one: Block | undefined, other: Block | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && isSame(normalBlocks([one]), normalBlocks([other])))

/**
 * The one stretch of blocks in which two lists differ; null when they say the same. Positions count in `before` as it is, also when it
 * is not normal.
 */
export function hunkBetween(before: readonly Block[], after: readonly Block[]): Hunk | null {
  const areBothBlank = before.length === 0 && after.length === 1 && isSameBlock(after[0], emptyParagraph)
  if (areBothBlank) return null
  const shorter = Math.min(before.length, after.length)
  let at = 0
  while (at < shorter && isSameBlock(before[at], after[at])) at += 1
  let tail = 0
  while (tail < shorter - at && isSameBlock(before.at(-1 - tail), after.at(-1 - tail))) tail += 1
  const removed = before.length - at - tail
  const inserted = after.slice(at, after.length - tail)
  return removed === 0 && inserted.length === 0 ? null : { at, removed, inserted }
}

function sectionChange(before: Section, after: Section | undefined): ReportChange[] {
  const hunk = after && after !== before ? hunkBetween(before.blocks, after.blocks) : null
  return hunk ? [{ kind: 'blocks', sectionId: before.sectionId, ...hunk, inserted: [...hunk.inserted] }] : []
}

const byId = (images: readonly KeyImage[]) => new Map(images.map((image) => [image.keyImageId, image]))

/** The changes that lead from `before` to `after`; sections and field definitions are the same in both. */
export function changesBetween(before: ReportContent, after: ReportContent): ReportChange[] {
  const sections = new Map(after.sections.map((section) => [section.sectionId, section]))
  const [earlier, later] = [byId(before.keyImages), byId(after.keyImages)]
  return [
    ...before.sections.flatMap((section) => sectionChange(section, sections.get(section.sectionId))),
    ...before.keyImages
      .filter(({ keyImageId }) => !later.has(keyImageId))
      .map(({ keyImageId }): ReportChange => ({ kind: 'keyImageRemoved', keyImageId })),
    ...after.keyImages
      .filter((image) => !isSame(image, earlier.get(image.keyImageId)))
      .map((keyImage): ReportChange => ({ kind: 'keyImageSet', keyImage })),
  ]
}
