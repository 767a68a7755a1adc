/** What is left to say when the station no longer takes this window's secret: each start gives new ones. */
import { Button, Code, CopyButton } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { unsavedTexts, useKeptWords } from '../report/saving/kept-words.ts'
import { MessagePage } from '../ui/message-page.tsx'

export function AccessEnded() {
  const { t } = useTranslation()
  const texts = unsavedTexts()
  const isAllSaved = useKeptWords(({ kept }) => kept.length === 0) && texts.length === 0
  return (
    <MessagePage icon={<IconLock size={32} color="var(--waiting)" />} title={t('shell:ended.title')}>
      <p>{t(isAllSaved ? 'shell:ended.text' : 'shell:ended.why')}</p>
      {texts.map((text) => (
        <section key={text} aria-label={t('shell:ended.unsaved')}>
          <p>{t('shell:ended.unsaved')}</p>
          <Code block data-selectable style={{ whiteSpace: 'pre-wrap', maxHeight: 300 }}>
            {text}
          </Code>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button variant="default" mt="xs" onClick={copy}>
                {t(copied ? 'common:copied' : 'common:copy')}
              </Button>
            )}
          </CopyButton>
        </section>
      ))}
      <p>{t('shell:ended.todo')}</p>
    </MessagePage>
  )
}
