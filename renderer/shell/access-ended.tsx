/** What is left to say when the station no longer takes this window's secret: each start gives new ones. */
import { IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { MessagePage } from '../ui/message-page.tsx'

export function AccessEnded() {
  const { t } = useTranslation()
  return (
    <MessagePage icon={<IconLock size={32} color="var(--waiting)" />} title={t('shell:ended.title')}>
      <p>{t('shell:ended.text')}</p>
      <p>{t('shell:ended.todo')}</p>
    </MessagePage>
  )
}
