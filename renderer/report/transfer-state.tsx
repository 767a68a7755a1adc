/** How far the documents of a signed report are on their way to the archive: an icon and the word. */
import { IconArchive, IconCircleDashed, IconClock, IconSend, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { TransferState } from '../../main/contract/report.ts'
import classes from './report.module.css'

const icons = { none: IconCircleDashed, waiting: IconClock, sent: IconSend, archived: IconArchive, failed: IconX }

export function TransferWord({ transfer }: { transfer: TransferState }) {
  const { t } = useTranslation()
  const Icon = icons[transfer]
  return (
    <span className={classes.transfer} data-state={transfer}>
      <Icon size={14} stroke={1.8} aria-hidden="true" />
      {t(`report:transfer.${transfer}`)}
    </span>
  )
}
