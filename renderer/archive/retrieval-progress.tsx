/** How far a retrieval is: counts, a bar, the rate, or why it waits. */
import { Progress } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Retrieval } from '../../main/contract/archive.ts'
import { queryClient, trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { type Transfer, useTransferWords } from '../ui/transfer-line.ts'
import classes from './archive-screen.module.css'

/** Whether it will go on by itself. */
export const isUnderWay = ({ state }: Retrieval): boolean =>
  state === 'waiting' || state === 'running' || state === 'interrupted'

const refresh = () => queryClient.invalidateQueries(trpc.archive.retrievals.pathFilter())

/** Begins a retrieval, or begins it again. */
export const useRetrieve = () => useMutation(trpc.archive.retrieve.mutationOptions({ onSuccess: refresh }))

export const useCancelRetrieval = () =>
  useMutation(trpc.archive.cancelRetrieval.mutationOptions({ onSuccess: refresh }))

/** Received of expected, in percent; null while that is not known. */
export const percentOf = ({ received, expected }: Retrieval): number | null =>
  expected === null ? null : expected === 0 ? 100 : Math.min(100, Math.floor((100 * received) / expected))

/** What is still to come, counted on being like what came. */
const paceOf = ({ received, expected, rate, brought }: Retrieval): Transfer => ({
  finished: brought.objects,
  total: brought.objects + Math.max(0, (expected ?? received) - received),
  bytes: brought.bytes,
  rate,
})

export function RetrievalProgress({ retrieval }: { retrieval: Retrieval }) {
  const { t } = useTranslation()
  const format = useFormat()
  const percent = percentOf(retrieval)
  const pace = useTransferWords()
  const { state, received, expected } = retrieval
  return (
    <div className={classes.progress} data-state={state}>
      <span>
        {t(`archive:retrieval.${state}`)},{' '}
        {t('archive:retrieval.count', {
          received: format.number(received),
          expected: expected === null ? '?' : format.number(expected),
        })}
        {state === 'running' && pace(paceOf(retrieval))}
      </span>
      {isUnderWay(retrieval) && (
        <Progress
          value={percent ?? 100}
          animated={percent === null}
          size={4}
          aria-label={t('archive:retrieval.progress')}
        />
      )}
    </div>
  )
}
