/** A line at the edge of the window that says what came of an action; its button to close it has a name. */
import { notifications } from '@mantine/notifications'
import { words } from '../services/i18n.ts'

/** Shows `message` for a few seconds: `done` when it went as wished, `attention` when it did not. */
export const notify = (message: string, tone: 'done' | 'attention'): void => {
  notifications.show({
    message,
    color: tone === 'done' ? 'teal' : 'amber',
    closeButtonProps: { 'aria-label': words.t('common:close') },
  })
}
