/** The keys of writing: fields by Tab, list items, chips, and selections over several sections. */
import { type Editor, Extension } from '@tiptap/core'
import { type EditorState, NodeSelection, type Transaction } from '@tiptap/pm/state'
import { deleteAcross, selectAll } from './across.ts'
import { focusField, goToField } from './field-focus.ts'

/** Deepest level of a list item (contract/report.ts). */
const DEEPEST = 5

const dispatch = (editor: Editor, transaction: Transaction | null): boolean => {
  if (transaction) editor.view.dispatch(transaction.scrollIntoView())
  return transaction !== null
}

const currentItem = ({ selection: { $from } }: EditorState) => ($from.parent.type.name === 'item' ? $from : null)

/** One level less, or a paragraph when there is none less; null outside a list. */
function outdent(state: EditorState): Transaction | null {
  const $item = currentItem(state)
  const { paragraph } = state.schema.nodes
  if (!$item || !paragraph) return null
  const level = Number($item.parent.attrs.level)
  const at = $item.before()
  return level > 0
    ? state.tr.setNodeMarkup(at, null, { ...$item.parent.attrs, level: level - 1 })
    : state.tr.setNodeMarkup(at, paragraph, null)
}

function indent(state: EditorState): Transaction | null {
  const $item = currentItem(state)
  if (!$item) return null
  const level = Math.min(DEEPEST, Number($item.parent.attrs.level) + 1)
  return state.tr.setNodeMarkup($item.before(), null, { ...$item.parent.attrs, level })
}

/** Enter in an item begins the next one; in an empty item it leaves the list. */
function nextItem(state: EditorState): Transaction | null {
  const $item = currentItem(state)
  if (!$item || $item.node(1) !== state.selection.$to.node(1)) return null
  if ($item.parent.content.size === 0) return outdent(state)
  const tr = state.tr.deleteSelection()
  return tr.split(tr.selection.from, 1, [{ type: $item.parent.type, attrs: $item.parent.attrs }])
}

/** Switches the blocks of the selection between paragraphs and items of this kind. */
export function toggleList(state: EditorState, ordered: boolean): Transaction {
  const { item, paragraph } = state.schema.nodes
  const { tr } = state
  if (!item || !paragraph) return tr
  const blocks: { at: number; isSuch: boolean }[] = []
  state.doc.nodesBetween(state.selection.from, state.selection.to, (node, at) => {
    if (node.isTextblock) blocks.push({ at, isSuch: node.type === item && node.attrs.ordered === ordered })
    return !node.isTextblock
  })
  const isOff = blocks.every(({ isSuch }) => isSuch)
  for (const { at } of blocks) {
    const level = Number(state.doc.nodeAt(at)?.attrs.level ?? 0)
    if (isOff) tr.setNodeMarkup(at, paragraph, null)
    else tr.setNodeMarkup(at, item, { ordered, level })
  }
  return tr
}

/** Gives a field beside the caret the focus instead of passing or deleting it. */
function intoField(editor: Editor, side: 'before' | 'after'): boolean {
  const { selection } = editor.state
  const { $from, empty } = selection
  const node = side === 'before' ? $from.nodeBefore : $from.nodeAfter
  if (!empty || node?.type.name !== 'field') return false
  return focusField(editor.view, side === 'before' ? $from.pos - node.nodeSize : $from.pos)
}

/** Does what a click on the selected chip's button does; `name` is its place in the chip. */
function pressChip(editor: Editor, place: 'first' | 'second'): boolean {
  const { selection } = editor.state
  if (!(selection instanceof NodeSelection)) return false
  const chip = editor.view.nodeDOM(selection.from)
  const buttons = chip instanceof HTMLElement ? chip.querySelectorAll('button') : []
  const button = buttons[place === 'first' ? 0 : 1]
  button?.click()
  return button !== undefined
}

export const WritingKeys = Extension.create<{ onLeave(): void }>({
  name: 'writingKeys',
  priority: 1000,
  addOptions: () => ({ onLeave: () => undefined }),
  addKeyboardShortcuts() {
    const { editor } = this
    const erase = (side: 'before' | 'after') => () =>
      dispatch(editor, deleteAcross(editor.state)) || intoField(editor, side)
    const enter = () => pressChip(editor, 'first') || dispatch(editor, nextItem(editor.state))
    return {
      Tab: () => goToField(editor.view, 1),
      'Shift-Tab': () => goToField(editor.view, -1),
      ArrowRight: () => intoField(editor, 'after'),
      ArrowLeft: () => intoField(editor, 'before'),
      Backspace: () => {
        const { $from, empty } = editor.state.selection
        if (empty && $from.parentOffset === 0 && dispatch(editor, outdent(editor.state))) return true
        return erase('before')()
      },
      Delete: erase('after'),
      Enter: enter,
      'Shift-Enter': () => enter() || editor.commands.splitBlock(),
      u: () => pressChip(editor, 'second'),
      'Mod-a': () => dispatch(editor, selectAll(editor.state)),
      'Alt-Shift-ArrowRight': () => dispatch(editor, indent(editor.state)),
      'Alt-Shift-ArrowLeft': () => dispatch(editor, currentItem(editor.state) ? outdent(editor.state) : null),
      Escape: () => {
        this.options.onLeave()
        return true
      },
    }
  },
})
