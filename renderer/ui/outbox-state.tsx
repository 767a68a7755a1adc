/** How far something is on its way to the archive: an icon and the word. */
import { IconAlertTriangle, IconArchive, IconClockHour4, IconSend } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { OutboxCounts } from '../../main/contract/archive.ts'
import { useFormat } from './format.ts'
import { type StateTone, StateWord } from './state-word.tsx'

export type OutboxWord = 'waiting' | 'sent' | 'archived' | 'failed'

const icons = { waiting: IconClockHour4, sent: IconSend, archived: IconArchive, failed: IconAlertTriangle }
const tones: Record<OutboxWord, StateTone> = { waiting: 'waiting', sent: 'waiting', archived: 'done', failed: 'danger' }

/** The word for what still needs something first: a failure, then what waits, then what waits for its proof. Null when there is nothing. */
export function furthestBehind(counts: OutboxCounts): OutboxWord | null {
  if (counts.failed > 0) return 'failed'
  if (counts.waiting > 0) return 'waiting'
  if (counts.sent > 0) return 'sent'
  return counts.archived > 0 ? 'archived' : null
}

/** `count`: how many, where several are told of. */
export function OutboxStateWord({ state, count }: { state: OutboxWord; count?: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <StateWord icon={icons[state]} tone={tones[state]}>
      {count !== undefined && count > 1 && state !== 'archived' && `${format.number(count)} `}
      {t(`common:outbox.${state}`, { count: state === 'archived' ? 1 : (count ?? 1) })}
    </StateWord>
  )
}

/** The same for a whole study. */
export function OutboxCountsWord({ counts }: { counts: OutboxCounts }) {
  const state = furthestBehind(counts)
  return state === null ? null : <OutboxStateWord state={state} count={counts[state]} />
}
