/** What no edit can do: take a section away or move it, or make one longer than the contract allows. */
import type { Node } from '@tiptap/pm/model'
import { Plugin, type Transaction } from '@tiptap/pm/state'

/** Set on transactions that show what another window wrote. */
export const REPLACED = 'report replaced'

/** Most blocks of a section (contract/report.ts). */
const MOST_BLOCKS = 2000

export type Refusal = 'section' | 'too-long'

const sectionIds = (doc: Node): string => doc.children.map(({ attrs }) => String(attrs.sectionId)).join('\n')

/** Why `next` may not follow `before`; null when it may. */
export function refusalOf(before: Node, next: Node): Refusal | null {
  if (sectionIds(before) !== sectionIds(next)) return 'section'
  return next.children.some(({ childCount }) => childCount > MOST_BLOCKS) ? 'too-long' : null
}

/** Refuses such edits, and tells why. */
export const guard = (onRefused: (refusal: Refusal) => void): Plugin =>
  new Plugin({
    filterTransaction(transaction: Transaction, state) {
      if (!transaction.docChanged || transaction.getMeta(REPLACED)) return true
      const refusal = refusalOf(state.doc, transaction.doc)
      if (refusal) onRefused(refusal)
      return refusal === null
    },
  })
