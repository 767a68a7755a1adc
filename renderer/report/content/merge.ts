/**
 * Two windows wrote from the same content: what each wrote goes together. Where both wrote in the same place both texts stay, theirs
 * first, and the section is named, so that a person looks. No text is ever dropped.
 */
import type { Block, KeyImage, ReportContent, Run, Section } from '../../../main/contract/report.ts'
import { type Hunk, hunkBetween } from './changes.ts'
import { isSame } from './same.ts'

export interface Merged {
  content: ReportContent
  /** Ids of the sections in which both texts were kept, to be read again. */
  doubled: string[]
}

/** Writes a field's value as text, for where the field itself stands already. */
export type FieldText = (run: Extract<Run, { kind: 'field' }>) => string

/** `ours` and `theirs` both come from `base`. */
export function mergeContents(
  base: ReportContent,
  ours: ReportContent,
  theirs: ReportContent,
  fieldText: FieldText,
): Merged {
  const doubled: string[] = []
  const sections = theirs.sections.map((their): Section => {
    const find = (content: ReportContent) => content.sections.find(({ sectionId }) => sectionId === their.sectionId)
    const [before, our] = [find(base), find(ours)]
    if (!before || !our) return their
    const { blocks, isDoubled } = mergeBlocks(before.blocks, our.blocks, their.blocks)
    if (isDoubled) doubled.push(their.sectionId)
    return { ...their, blocks }
  })
  return {
    content: {
      ...theirs,
      sections: withoutRepeatedFields(sections, fieldText),
      keyImages: mergeKeyImages(base.keyImages, ours.keyImages, theirs.keyImages),
    },
    doubled,
  }
}

const after = (blocks: readonly Block[], { at, removed, inserted }: Hunk, from: number, to: number): Block[] => [
  ...blocks.slice(from, at),
  ...inserted,
  ...blocks.slice(at + removed, to),
]

function mergeBlocks(base: readonly Block[], ours: readonly Block[], theirs: readonly Block[]) {
  const [our, their] = [hunkBetween(base, ours), hunkBetween(base, theirs)]
  if (!our) return { blocks: [...theirs], isDoubled: false }
  if (!their || isSame(our, their)) return { blocks: [...ours], isDoubled: false }
  const [first, second] = our.at + our.removed <= their.at ? [our, their] : [their, our]
  const isApart = first.at + first.removed <= second.at && !(first.at === second.at && first.removed === second.removed)
  if (isApart)
    return {
      blocks: [...after(base, first, 0, second.at), ...second.inserted, ...base.slice(second.at + second.removed)],
      isDoubled: false,
    }
  const from = Math.min(our.at, their.at)
  const to = Math.max(our.at + our.removed, their.at + their.removed)
  return {
    blocks: [...base.slice(0, from), ...after(base, their, from, to), ...after(base, our, from, to), ...base.slice(to)],
    isDoubled: true,
  }
}

function mergeKeyImages(base: readonly KeyImage[], ours: readonly KeyImage[], theirs: readonly KeyImage[]): KeyImage[] {
  const find = (images: readonly KeyImage[], id: string) => images.find(({ keyImageId }) => keyImageId === id)
  const kept = theirs.flatMap((their) => {
    const [before, our] = [find(base, their.keyImageId), find(ours, their.keyImageId)]
    // Removed here: gone, unless the other window wrote on it since.
    if (!our) return before && isSame(before, their) ? [] : [their]
    return [isSame(our, before) ? their : our]
  })
  const added = ours.filter((our) => !find(theirs, our.keyImageId) && !isSame(our, find(base, our.keyImageId)))
  return [...kept, ...added]
}

/** A field stands once in a report; where a second one would come, its value stands as text. */
function withoutRepeatedFields(sections: readonly Section[], fieldText: FieldText): Section[] {
  const seen = new Set<string>()
  const once = (run: Run): Run[] => {
    if (run.kind !== 'field') return [run]
    if (!seen.has(run.fieldId)) {
      seen.add(run.fieldId)
      return [run]
    }
    const text = run.value ? fieldText(run) : ''
    return text === '' ? [] : [{ kind: 'text', text, marks: [] }]
  }
  return sections.map((section) => ({
    ...section,
    blocks: section.blocks.map((block) => ({ ...block, runs: block.runs.flatMap(once) })),
  }))
}
