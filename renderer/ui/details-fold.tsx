/** The technical part of a message, folded away, to be copied for whoever looks into it. */
import { Code, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyTextButton } from './copy-button.tsx'
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
        <CopyTextButton text={text} />
      </Group>
    </details>
  )
}
