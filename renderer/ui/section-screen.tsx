/** A screen in sections: its title and what stands beside it, a link to each section, and the section that is shown. */
import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { SectionLink } from './section-link.tsx'
import classes from './section-screen.module.css'

interface Props<Name extends string> {
  title: string
  /** What the links are, for those who do not see them. */
  label: string
  sections: readonly Name[]
  shown: Name
  labelOf(section: Name): ReactNode
  onShow(section: Name): void
  beside?: ReactNode
  /** Over whichever section is shown. */
  notice?: ReactNode
  children: ReactNode
}

export function SectionScreen<Name extends string>(props: Props<Name>) {
  const { title, label, sections, shown, labelOf, onShow, beside, notice, children } = props
  return (
    <div className={classes.screen}>
      <header className={classes.head}>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {beside}
        <nav className={classes.links} aria-label={label}>
          {sections.map((name) => (
            <SectionLink key={name} isShown={name === shown} onClick={() => onShow(name)}>
              {labelOf(name)}
            </SectionLink>
          ))}
        </nav>
      </header>
      {notice}
      <div className={classes.content}>{children}</div>
    </div>
  )
}
