/** What a change does to a report's content: the one fold that the editor, the log and the documents share. */
import type { Block, KeyImage, ReportChange, ReportContent } from './report.ts'

const replaceBlocks = (
  blocks: readonly Block[],
  { at, removed, inserted }: { at: number; removed: number; inserted: readonly Block[] },
): Block[] | null =>
  at + removed > blocks.length ? null : [...blocks.slice(0, at), ...inserted, ...blocks.slice(at + removed)]

const setKeyImage = (keyImages: readonly KeyImage[], keyImage: KeyImage): KeyImage[] =>
  keyImages.some(({ keyImageId }) => keyImageId === keyImage.keyImageId)
    ? keyImages.map((other) => (other.keyImageId === keyImage.keyImageId ? keyImage : other))
    : [...keyImages, keyImage]

/** The content after `change`; null when the change does not fit it (no such section, or blocks beyond its end). */
export function applyReportChange(content: ReportContent, change: ReportChange): ReportContent | null {
  if (change.kind === 'keyImageSet') return { ...content, keyImages: setKeyImage(content.keyImages, change.keyImage) }
  if (change.kind === 'keyImageRemoved') {
    return { ...content, keyImages: content.keyImages.filter(({ keyImageId }) => keyImageId !== change.keyImageId) }
  }
  const section = content.sections.find(({ sectionId }) => sectionId === change.sectionId)
  const blocks = section && replaceBlocks(section.blocks, change)
  if (!section || !blocks) return null
  return { ...content, sections: content.sections.map((other) => (other === section ? { ...section, blocks } : other)) }
}
