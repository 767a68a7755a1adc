/** A sentence over the viewports: why something could not be done, or what was done and can be undone. */
import { Button, CloseButton } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { Notice } from './reading-context.ts'
import classes from './reading-room.module.css'
import { useWriting } from './use-writing.ts'

/** How long a sentence stays, ms: long enough to read it twice. */
const STAYS = 9000

export function NoticeBar({ notice, onDismiss }: { notice: Notice | null; onDismiss(): void }) {
  const w = useWriting()
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another sentence starts the time anew
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(onDismiss, STAYS)
    return () => clearTimeout(timer)
  }, [notice])
  if (!notice) return null
  return (
    <div className={classes.notice} data-tone={notice.tone} role="status">
      {notice.tone === 'amber' && <IconAlertTriangle size={15} aria-hidden />}
      <span>{notice.text}</span>
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
