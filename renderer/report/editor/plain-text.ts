/**
 * The clipboard as plain text. What is pasted is read as lines only: markup stays the characters that it is. Fields and chips move only
 * within this window, by what was copied here last.
 */
import { Fragment, type Node, type Schema, Slice } from '@tiptap/pm/model'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { deleteAcross } from './across.ts'

/** Writes a field or a chip as text. */
export type AtomText = (node: Node) => string

const textOf = (block: Node, atomText: AtomText): string =>
  block.children.map((node) => (node.isText ? (node.text ?? '') : atomText(node))).join('')

/** The textblocks of a slice, whatever sections they come from. */
function blocksOf({ content }: Slice): Node[] {
  const blocks: Node[] = []
  const inline: Node[] = []
  content.descendants((node) => {
    if (node.isTextblock) blocks.push(node)
    return !node.isTextblock
  })
  content.forEach((node) => {
    if (node.isInline) inline.push(node)
  })
  const [first] = inline
  return first && blocks.length === 0 ? [first.type.schema.nodes.paragraph?.create(null, inline) ?? first] : blocks
}

/** A selection as text: a line for each block, list items with their sign. */
export const sliceText = (slice: Slice, atomText: AtomText): string =>
  blocksOf(slice)
    .map((block) => (block.type.name === 'item' && !block.attrs.ordered ? '- ' : '') + textOf(block, atomText))
    .join('\n')

const bullet = /^\s*(?:[•‣▪]\s*|-\s+)/

/** Lines as blocks: those that begin with a bullet as items. Control characters but the tab are left out. */
export function textSlice(text: string, schema: Schema): Slice {
  const lines = text.replace(/\r\n?|\u2028|\u2029|\v|\f/g, '\n').split('\n')
  const blocks = lines.map((line) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    const plain = line.replace(/[\u0000-\u0008\u000e-\u001f\u007f]/g, '')
    const isItem = lines.length > 1 && bullet.test(plain)
    const said = isItem ? plain.replace(bullet, '') : plain
    const content = said === '' ? [] : [schema.text(said)]
    return isItem ? schema.node('item', { ordered: false, level: 0 }, content) : schema.node('paragraph', null, content)
  })
  return new Slice(Fragment.from(blocks), 1, 1)
}

/** Replaces fields that `doc` holds already by their text. */
function withoutKnownFields(blocks: readonly Node[], doc: Node, atomText: AtomText): Node[] {
  const known = new Set<string>()
  doc.descendants((node) => {
    if (node.type.name === 'field') known.add(String(node.attrs.fieldId))
  })
  return blocks.map((block) =>
    block.copy(
      Fragment.from(
        block.children.flatMap((node) => {
          const id = String(node.attrs.fieldId)
          if (node.type.name !== 'field') return [node]
          if (!known.has(id)) {
            known.add(id)
            return [node]
          }
          const text = atomText(node)
          return text === '' ? [] : [node.type.schema.text(text)]
        }),
      ),
    ),
  )
}

const isSameText = (one: string, other: string): boolean =>
  one.replaceAll('\r\n', '\n') === other.replaceAll('\r\n', '\n')

const withoutSelection = (state: EditorState): Transaction => deleteAcross(state) ?? state.tr.deleteSelection()

/** Copying, cutting and pasting of one editor. */
export function createClipboard(atomText: AtomText) {
  let copied: { text: string; blocks: readonly Node[] } | null = null

  const copy = (view: EditorView, event: ClipboardEvent): boolean => {
    if (view.state.selection.empty || !event.clipboardData) return false
    const slice = view.state.selection.content()
    copied = { text: sliceText(slice, atomText), blocks: blocksOf(slice) }
    event.clipboardData.setData('text/plain', copied.text)
    event.preventDefault()
    return true
  }
  const insert = (view: EditorView, text: string): void => {
    const tr = withoutSelection(view.state)
    const slice =
      copied && isSameText(copied.text, text)
        ? new Slice(Fragment.from(withoutKnownFields(copied.blocks, tr.doc, atomText)), 1, 1)
        : textSlice(text, view.state.schema)
    view.dispatch(tr.replaceSelection(slice).scrollIntoView().setMeta('paste', true))
  }
  return {
    copy,
    cut(view: EditorView, event: ClipboardEvent): boolean {
      if (!copy(view, event)) return false
      view.dispatch(withoutSelection(view.state).scrollIntoView())
      return true
    },
    paste(view: EditorView, event: ClipboardEvent): boolean {
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (text !== '') insert(view, text)
      return true
    },
    /** What comes from elsewhere is pasted where it is dropped; within the editor it is moved as usual. */
    drop(view: EditorView, event: DragEvent, isMoved: boolean): boolean {
      if (isMoved) return false
      const text = event.dataTransfer?.getData('text/plain') ?? ''
      const at = view.posAtCoords({ left: event.clientX, top: event.clientY })
      if (text !== '' && at)
        view.dispatch(view.state.tr.replaceRange(at.pos, at.pos, textSlice(text, view.state.schema)))
      return true
    },
  }
}
