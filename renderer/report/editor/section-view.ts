/** A section as it stands in the editor: its heading, which nobody can change, over what is written in it. */
import type { Node } from '@tiptap/pm/model'
import type { NodeView } from '@tiptap/pm/view'
import classes from './editor.module.css'

const isEmpty = (section: Node): boolean => section.childCount === 1 && section.firstChild?.content.size === 0

/** Plain elements: a section is updated with every keystroke in it. */
export function sectionView(first: Node, missingWord: string): NodeView {
  const dom = document.createElement('section')
  dom.className = classes.section ?? ''
  const heading = document.createElement('h3')
  heading.contentEditable = 'false'
  heading.className = classes.heading ?? ''
  const title = document.createElement('bdi')
  const missing = document.createElement('span')
  missing.className = classes.problem ?? ''
  missing.dataset.severity = 'waiting'
  missing.textContent = missingWord
  heading.append(title, missing)
  const contentDOM = document.createElement('div')
  contentDOM.className = classes.blocks ?? ''
  dom.append(heading, contentDOM)
  const show = (section: Node) => {
    title.textContent = String(section.attrs.title)
    dom.dataset.section = String(section.attrs.sectionId)
    missing.hidden = !(section.attrs.mandatory && isEmpty(section))
  }
  show(first)
  return {
    dom,
    contentDOM,
    update(section) {
      if (section.type.name !== 'section') return false
      show(section)
      return true
    },
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
  }
}
