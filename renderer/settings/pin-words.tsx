/** What a PIN is made of, and the sentence for what became of one. */
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { PinOutcome } from '../../main/contract/profile.ts'
import { useFormat } from '../ui/format.ts'

/** Only the digits of what was typed, as many as a PIN may have. */
export const digitsOf = (text: string): string => text.replace(/\D/g, '').slice(0, 12)

export const isPin = (text: string): boolean => /^[0-9]{4,12}$/.test(text)

interface PinOutcomeTextProps {
  outcome: PinOutcome | undefined
  isError: boolean
  /** What is said when the PIN was right, or none was needed. */
  done: string
}

export function PinOutcomeText({ outcome, isError, done }: PinOutcomeTextProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div aria-live="polite">
      {isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
      {outcome?.kind === 'right' && <Text c="var(--done)">{done}</Text>}
      {outcome?.kind === 'wrong' && (
        <Text c="var(--danger)">{t('report:pin.wrong', { count: outcome.triesLeft })}</Text>
      )}
      {outcome?.kind === 'locked' && (
        <Text c="var(--danger)">{t('report:pin.locked', { at: format.instant(outcome.until) })}</Text>
      )}
      {outcome?.kind === 'not-set' && <Text c="var(--waiting)">{t('report:pin.not-set')}</Text>}
    </div>
  )
}
