/** A button that copies a text, and says for a moment that it did. */
import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

/** Puts `text` on the clipboard. */
export function CopyTextButton({ text }: { text: string }) {
  const { t } = useTranslation()
  return (
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
  )
}
