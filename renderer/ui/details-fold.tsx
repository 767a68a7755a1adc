/** The technical part of a message, folded away, to be copied for whoever looks into it. */
import { Button, Code, CopyButton, Group } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './details-fold.module.css'

/** Shows `text` (never patient data) under a fold with a copy button; nothing when it is empty. */
export function DetailsFold({ text }: { text: string }) {
  const { t } = useTranslation()
  if (text === '') return null
  return (
    <details className={classes.fold}>
      <summary>{t('common:details')}</summary>
      <Code block data-selectable className={classes.text}>
        {text}
      </Code>
      <Group justify="flex-end" mt="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            >
              {copied ? t('common:copied') : t('common:copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </details>
  )
}
