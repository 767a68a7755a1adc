/** Pins of the study list: a pinned study stays on the station whatever else has to go. */
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconPin, IconPinFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { StudyRow } from '../../main/contract/studies.ts'
import { stationClient } from '../services/client.ts'
import { words } from '../services/i18n.ts'
import { notify } from '../ui/notify.ts'

type Pinnable = Pick<StudyRow, 'StudyInstanceUID' | 'pinned'>

/** Pins a study, or unpins it; the feed brings the row back as it is then. */
export async function pinStudy({ StudyInstanceUID, pinned }: Pinnable): Promise<void> {
  try {
    await stationClient.space.pin.mutate({ StudyInstanceUID, pinned: pinned !== true })
  } catch {
    notify(words.t('studies:pin.failed'), 'attention')
  }
}

export function PinButton({ study }: { study: Pinnable }) {
  const { t } = useTranslation()
  const isPinned = study.pinned === true
  const label = t(isPinned ? 'studies:pin.unpin' : 'studies:pin.pin')
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={30}
        ml="auto"
        aria-label={label}
        aria-pressed={isPinned}
        color={isPinned ? 'teal' : 'gray'}
        onClick={() => void pinStudy(study)}
      >
        {isPinned ? <IconPinFilled size={17} stroke={1.6} /> : <IconPin size={17} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  )
}
