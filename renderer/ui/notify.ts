/** A line over the status bar that says what came of an action; its button to close it has a name. */
import { notifications, notificationsStore } from '@mantine/notifications'
import { words } from '../services/i18n.ts'

/** Shows `message` for a few seconds: `done` when it went as wished, `attention` when it did not. */
export const notify = (message: string, tone: 'done' | 'attention'): void => {
  notifications.show({
    message,
    color: tone === 'done' ? 'teal' : 'amber',
    closeButtonProps: { 'aria-label': words.t('common:close') },
  })
}

/** Takes away the line that is shown; the next one that waits follows. */
export const dismissNotice = (): void => {
  const [shown] = notificationsStore.getState().notifications
  if (shown?.id !== undefined) notifications.hide(shown.id)
}
