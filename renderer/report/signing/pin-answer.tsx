/** What became of the PIN, and how long it is locked. */
import { Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** What the last try of signing or of a PIN came to; `null` before one, and after one that was right. */
export type PinTry =
  | { kind: 'wrong'; triesLeft: number }
  | { kind: 'not-set' | 'changed' | 'problems' | 'no-answer' }
  | null

/** Seconds until `until` (ISO 8601), counted down; null once it is over. */
export function useLockedFor(until: string | null): number | null {
  const [now, setNow] = useState(() => Date.now())
  const left = until === null ? 0 : Math.ceil((Date.parse(until) - now) / 1000)
  const isLocked = left > 0
  useEffect(() => {
    setNow(Date.now())
    if (until === null) return
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [until])
  return isLocked ? left : null
}

const minutes = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`

interface PinAnswerProps {
  answer: PinTry
  lockedFor: number | null
  until: string | null
}

export function PinAnswer({ answer, lockedFor, until }: PinAnswerProps) {
  const { t, i18n } = useTranslation()
  const at = until && new Date(until).toLocaleTimeString(i18n.language, { hour: '2-digit', minute: '2-digit' })
  return (
    <div role="alert">
      {lockedFor !== null ? (
        <Text c="var(--danger)">
          {t('report:pin.locked', { at })} <span aria-hidden="true">({minutes(lockedFor)})</span>
        </Text>
      ) : answer?.kind === 'wrong' ? (
        <Text c="var(--danger)">{t('report:pin.wrong', { count: answer.triesLeft })}</Text>
      ) : (
        answer && <Text c="var(--waiting)">{t(`report:pin.${answer.kind}`)}</Text>
      )}
    </div>
  )
}
