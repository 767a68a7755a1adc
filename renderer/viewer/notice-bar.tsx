/** A sentence over the status bar: why something could not be done, or what was done and can be undone. */
import { Button, CloseButton } from '@mantine/core'
import { useNotifications } from '@mantine/notifications'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { Notice } from './reading-context.ts'
import classes from './reading-room.module.css'
import { useWriting } from './use-writing.ts'

/** How long a sentence stays, ms: long enough to read it twice. */
const STAYS = 9000

export function NoticeBar({ notice, onDismiss }: { notice: Notice | null; onDismiss(): void }) {
  const w = useWriting()
  // What the program tells in the same place stands before it: the time to read this one runs once that is gone.
  const isCovered = useNotifications().notifications.length > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another sentence starts the time anew
  useEffect(() => {
    if (!notice || isCovered) return
    const timer = setTimeout(onDismiss, STAYS)
    return () => clearTimeout(timer)
  }, [notice, isCovered])
  if (!notice) return null
  return (
    <div className={classes.notice} data-tone={notice.tone} role="status">
      {notice.tone === 'amber' && <IconAlertTriangle size={15} aria-hidden />}
      <span className={classes.noticeText} title={notice.text}>
        {notice.text}
      </span>
      {notice.action && (
        <Button
          size="compact-xs"
          variant="light"
          onClick={() => {
            // First: what it does may say something itself.
            onDismiss()
            notice.action?.run()
          }}
        >
          {notice.action.label}
        </Button>
      )}
      <CloseButton size={24} onClick={onDismiss} aria-label={w.t('screen.dismiss')} />
    </div>
  )
}
