/** How far the documents of a signed report are on their way to the archive: an icon and the word. */
import { IconArchive, IconCircleDashed, IconClock, IconSend, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { TransferState } from '../../main/contract/report.ts'
import { type StateTone, StateWord } from '../ui/state-word.tsx'

const icons = { none: IconCircleDashed, waiting: IconClock, sent: IconSend, archived: IconArchive, failed: IconX }
const tones: Record<TransferState, StateTone> = {
  none: 'over',
  waiting: 'waiting',
  sent: 'waiting',
  archived: 'done',
  failed: 'danger',
}

export function TransferWord({ transfer }: { transfer: TransferState }) {
  const { t } = useTranslation()
  return (
    <StateWord icon={icons[transfer]} tone={tones[transfer]}>
      {t(`report:transfer.${transfer}`)}
    </StateWord>
  )
}
