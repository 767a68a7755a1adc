/** How fast a transfer goes and how long it will still take, as the words after its counts. */
import { useTranslation } from 'react-i18next'
import { useFormat } from './format.ts'

/** A transfer under way: objects finished of those in all, bytes of the finished ones, bytes a second. */
export interface Transfer {
  finished: number
  total: number
  bytes: number
  rate: number
}

/** Seconds that the rest will take if its objects are like those that are through; null while nothing tells. */
export const secondsLeft = ({ finished, total, bytes, rate }: Transfer): number | null =>
  rate > 0 && finished > 0 && finished < total ? ((bytes / finished) * (total - finished)) / rate : null

/** ` · 48 MB/s · about 2 min left`; empty while nothing moves. */
export function useTransferWords(): (transfer: Transfer) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return (transfer) => {
    if (transfer.rate <= 0) return ''
    const left = secondsLeft(transfer)
    const words = [`${format.bytes(transfer.rate)}/s`]
    if (left !== null) words.push(t('common:left', { time: format.duration(left) }))
    return words.map((word) => ` · ${word}`).join('')
  }
}
