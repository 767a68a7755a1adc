/** Whether what is on the screen is durable: said only when the station said it. */
import { Button, CopyButton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCloudUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ReportContent } from '../../main/contract/report.ts'
import type { Language } from '../../main/contract/settings.ts'
import classes from './report.module.css'
import type { SaveStatus } from './saving/saver.ts'
import { contentText } from './words/content-text.ts'

const icons = { saved: IconCircleCheck, saving: IconCloudUp, retrying: IconAlertTriangle, refused: IconAlertTriangle }

/** The hour to the second, as the clock on the wall shows it. */
const clock = (iso: string, language: string): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr-FR', { timeStyle: 'medium', hourCycle: 'h23' }).format(
    new Date(iso),
  )

interface SaveLineProps {
  save: SaveStatus
  content: ReportContent
  /** Of the report. */
  language: Language
}

export function SaveLine({ save, content, language }: SaveLineProps) {
  const { t, i18n } = useTranslation()
  const Icon = icons[save.kind]
  const text =
    save.kind === 'saved'
      ? t('report:save.saved', { at: clock(save.at, i18n.language) })
      : save.kind === 'refused'
        ? t(`report:save.refused.${save.reason}`)
        : t(`report:save.${save.kind}`)
  return (
    <span className={classes.save} data-state={save.kind}>
      <Icon size={14} stroke={1.8} aria-hidden="true" />
      {text}
      {(save.kind === 'refused' || save.kind === 'retrying') && (
        <CopyButton value={contentText(content, language)}>
          {({ copied, copy }) => (
            <Button variant="subtle" size="compact-xs" onClick={copy}>
              {t(copied ? 'common:copied' : 'report:save.copy')}
            </Button>
          )}
        </CopyButton>
      )}
    </span>
  )
}
