/** Whether a listener is there: it listens, it is off, or it should listen and does not. */
import { Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconLockOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'

const looks = {
  listening: { Icon: IconCircleCheck, c: 'var(--done)', fw: 600 },
  off: { Icon: IconLockOff, c: 'dimmed', fw: 400 },
  stopped: { Icon: IconAlertTriangle, c: 'var(--waiting)', fw: 400 },
} as const

/** One line, with its sign before the words. */
export function ListenerState({ is, children }: { is: keyof typeof looks; children: ReactNode }) {
  const { Icon, c, fw } = looks[is]
  return (
    <Text c={c} fw={fw} data-selectable={is === 'listening' || undefined}>
      <Icon size={16} stroke={1.8} aria-hidden style={{ verticalAlign: '-3px' }} /> {children}
    </Text>
  )
}
