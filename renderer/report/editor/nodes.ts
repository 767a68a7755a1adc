/**
 * The editor's schema: sections that stand as the template set them, in each paragraphs and list items, in those text and what is set
 * into it. It mirrors the report model one to one; nothing in it is ever read from HTML.
 */
import { type AnyExtension, Node, textblockTypeInputRule } from '@tiptap/core'
import { Bold } from '@tiptap/extension-bold'
import { Document } from '@tiptap/extension-document'
import { Italic } from '@tiptap/extension-italic'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Text } from '@tiptap/extension-text'

const noAttribute = { default: null, rendered: false }

const ReportDocument = Document.extend({ content: 'section+' })

const ReportSection = Node.create({
  name: 'section',
  content: 'block+',
  isolating: true,
  defining: true,
  selectable: false,
  addAttributes: () => ({
    sectionId: { default: '', rendered: false },
    title: { default: '', rendered: false },
    mandatory: { default: false, rendered: false },
  }),
  renderHTML: () => ['section', 0],
})

const ReportParagraph = Paragraph.extend({ whitespace: 'pre' })

/** An item of a list; `level` from 0. Lists are flat, as in the model: what stands before says where an item belongs. */
const ReportItem = Node.create({
  name: 'item',
  group: 'block',
  content: 'inline*',
  whitespace: 'pre',
  addAttributes: () => ({
    ordered: { default: false, renderHTML: ({ ordered }) => ({ 'data-ordered': ordered }) },
    level: { default: 0, renderHTML: ({ level }) => ({ 'data-level': level }) },
  }),
  parseHTML: () => [
    {
      tag: 'p[data-level]',
      priority: 60,
      getAttrs: (element) => ({
        ordered: element.dataset.ordered === 'true',
        level: Number(element.dataset.level),
      }),
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ['p', HTMLAttributes, 0],
  /** `- ` and `1. ` at the beginning of a paragraph begin a list; undo takes it back. */
  addInputRules() {
    const { type } = this
    return [
      textblockTypeInputRule({ find: /^-\s$/, type, getAttributes: { ordered: false, level: 0 } }),
      textblockTypeInputRule({ find: /^1\.\s$/, type, getAttributes: { ordered: true, level: 0 } }),
    ]
  },
})

const atom = (name: string, attributes: Record<string, typeof noAttribute>) =>
  Node.create({
    name,
    group: 'inline',
    inline: true,
    atom: true,
    selectable: true,
    addAttributes: () => attributes,
    renderHTML: () => ['span', { 'data-kind': name }],
  })

/** A field of the template, as a run of the model. */
export const FieldNode = atom('field', { fieldId: noAttribute, value: noAttribute })
/** A measurement as it was when it was put into the text. */
export const MeasurementNode = atom('measurement', { run: noAttribute })
export const KeyImageNode = atom('keyImage', { keyImageId: noAttribute })

/** What only the shape of the content needs; the editor puts views and keys on it. */
export const textNodes: readonly AnyExtension[] = [ReportDocument, ReportParagraph, ReportItem, Text, Bold, Italic]

/** All nodes without any view: for turning contents into documents and back. */
export const bareNodes: AnyExtension[] = [...textNodes, ReportSection, FieldNode, MeasurementNode, KeyImageNode]

export { ReportSection as SectionNode }
