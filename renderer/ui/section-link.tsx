/** Leads to a part of a screen: a tab above it or a line beside it; the part that is shown is marked. */
import { UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './section-link.module.css'

interface SectionLinkProps {
  isShown: boolean
  onClick(): void
  children: ReactNode
}

export function SectionLink({ isShown, onClick, children }: SectionLinkProps) {
  return (
    <UnstyledButton className={classes.link} aria-current={isShown ? 'page' : undefined} onClick={onClick}>
      {children}
    </UnstyledButton>
  )
}
