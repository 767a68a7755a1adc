/** A whole page that says one thing: what happened, what was kept, what to do. */
import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { DetailsFold } from './details-fold.tsx'
import classes from './message-page.module.css'

interface MessagePageProps {
  icon: ReactNode
  title: string
  children: ReactNode
  actions?: ReactNode
  details?: string
}

export function MessagePage({ icon, title, children, actions, details = '' }: MessagePageProps) {
  return (
    <main className={classes.page}>
      <Stack gap="md" className={classes.message}>
        <div aria-hidden="true">{icon}</div>
        <Title order={1}>{title}</Title>
        <Text component="div" c="var(--mantine-color-dark-1)">
          {children}
        </Text>
        {actions}
        <DetailsFold text={details} />
      </Stack>
    </main>
  )
}
