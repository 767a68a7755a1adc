/** Text that came in with an object: on one line, isolated from what stands around it, cut with the whole in the title. */

import type { PersonName } from '../../main/contract/studies.ts'
import { displayPersonName, displayText, type PersonNameGroups } from '../../main/dicom/index.ts'
import classes from './safe-text.module.css'

const IN_TITLE = 400

/** `text` from a data set, at most `max` characters; nothing it holds can leave its place. */
export function SafeText({ text, max = 200 }: { text: string; max?: number }) {
  const shown = displayText(text, max)
  return (
    <bdi className={classes.cut} title={displayText(text, IN_TITLE)}>
      {shown}
    </bdi>
  )
}

/** The groups that a name has, as main/dicom takes them. */
const groupsOf = (name: PersonName): PersonNameGroups =>
  Object.fromEntries(Object.entries(name).filter(([, group]) => group !== undefined && group !== ''))

/** A name for people, `MARTIN Élise`; empty when there is none. */
export const nameText = (name: PersonName, max = 120): string => displayPersonName(groupsOf(name), max)

/** A person's name, or `nobody` where there is none; `whole`: over as many lines as it takes, in all its groups. */
export function PersonNameText({ name, nobody, whole = false }: { name: PersonName; nobody: string; whole?: boolean }) {
  const shown = nameText(name, whole ? IN_TITLE : undefined)
  return (
    <bdi className={whole ? classes.whole : classes.cut} title={nameText(name, IN_TITLE)}>
      {shown === '' ? nobody : shown}
    </bdi>
  )
}
