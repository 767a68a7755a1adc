/** One setting: its name and what it means at the left, its control at the right or below. */
import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './setting.module.css'

interface SettingProps {
  title: string
  text?: string
  children: ReactNode
  /** The control needs the whole width. */
  wide?: boolean
}

export function Setting({ title, text, children, wide = false }: SettingProps) {
  return (
    <section className={classes.setting} data-wide={wide} aria-label={title}>
      <div>
        <Text fw={600}>{title}</Text>
        {text && <Text c="dimmed">{text}</Text>}
      </div>
      <div className={classes.control}>{children}</div>
    </section>
  )
}
