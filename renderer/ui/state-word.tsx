/** How far something is: an icon and a word, in the colour that means it. Never the colour alone. */
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './state-word.module.css'

/** `waiting`: something is still to come; `danger`: somebody must see to it; `over`: nothing will come of it any more. */
export type StateTone = 'waiting' | 'done' | 'danger' | 'over'

interface StateWordProps {
  icon: Icon
  tone: StateTone
  children: ReactNode
  title?: string
}

/** The icon says nothing that the words in `children` do not. */
export function StateWord({ icon: StateIcon, tone, children, title }: StateWordProps) {
  return (
    <span className={classes.state} data-tone={tone} title={title}>
      <StateIcon size={14} stroke={1.8} aria-hidden="true" />
      {children}
    </span>
  )
}
