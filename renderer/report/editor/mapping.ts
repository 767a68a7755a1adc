/** The report model as the editor's document, and back: exact for every content but for the spelling that `content/normal.ts` makes one. */
import type { JSONContent } from '@tiptap/core'
import type { Mark, Node } from '@tiptap/pm/model'
import type { Block, FieldValue, Run, Section } from '../../../main/contract/report.ts'
import { emptyParagraph, normalBlocks, normalRuns } from '../content/normal.ts'

function runToNode(run: Run): JSONContent {
  switch (run.kind) {
    case 'text':
      return { type: 'text', text: run.text, marks: run.marks.map((type) => ({ type })) }
    case 'field':
      return { type: 'field', attrs: { fieldId: run.fieldId, value: run.value } }
    case 'measurement':
      return { type: 'measurement', attrs: { run } }
    case 'keyImage':
      return { type: 'keyImage', attrs: { keyImageId: run.keyImageId } }
  }
}

/** A block as a node of the editor. */
export function blockToNode(block: Block): JSONContent {
  const content = normalRuns(block.runs).map(runToNode)
  return block.kind === 'paragraph'
    ? { type: 'paragraph', content }
    : { type: 'item', attrs: { ordered: block.ordered, level: block.level }, content }
}

const sectionToNode = ({ sectionId, title, mandatory, blocks }: Section): JSONContent => ({
  type: 'section',
  attrs: { sectionId, title, mandatory },
  content: normalBlocks(blocks).map(blockToNode),
})

/** The sections as a document. */
export const sectionsToDocument = (sections: readonly Section[]): JSONContent => ({
  type: 'doc',
  content: sections.map(sectionToNode),
})

const isMarkName = (name: string): name is 'bold' | 'italic' => name === 'bold' || name === 'italic'

const marksOf = (marks: readonly Mark[]) => marks.map(({ type }) => type.name).filter(isMarkName)

function nodeToRun(node: Node): Run[] {
  switch (node.type.name) {
    case 'text':
      return [{ kind: 'text', text: node.text ?? '', marks: marksOf(node.marks) }]
    case 'field':
      return [{ kind: 'field', fieldId: String(node.attrs.fieldId), value: node.attrs.value as FieldValue | null }]
    case 'measurement':
      return [node.attrs.run as Extract<Run, { kind: 'measurement' }>]
    case 'keyImage':
      return [{ kind: 'keyImage', keyImageId: String(node.attrs.keyImageId) }]
    default:
      return []
  }
}

/** Nodes never change: what was read of one is known for good, and a keystroke reads one block anew. */
const known = new WeakMap<Node, Block>()

/** A node of the editor as a block. */
export function nodeToBlock(node: Node): Block {
  const before = known.get(node)
  if (before) return before
  const runs = normalRuns(node.children.flatMap(nodeToRun))
  const block: Block =
    node.type.name === 'item'
      ? { kind: 'item', ordered: Boolean(node.attrs.ordered), level: Number(node.attrs.level), runs }
      : { kind: 'paragraph', runs }
  known.set(node, block)
  return block
}

/** The sections as they stand in the document; what the document does not hold of them (codes) comes from `sections`. */
export function documentToSections(document: Node, sections: readonly Section[]): Section[] {
  const blocks = new Map<string, Block[]>()
  document.forEach((section) => {
    blocks.set(String(section.attrs.sectionId), section.children.map(nodeToBlock))
  })
  return sections.map((section) => ({ ...section, blocks: blocks.get(section.sectionId) ?? [emptyParagraph] }))
}
