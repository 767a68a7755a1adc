/** Studies on their way from the archive, and those that came: with rate, reason, and a way to stop or to try again. */
import { Button, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Retrieval } from '../../main/contract/archive.ts'
import { trpc } from '../services/client.ts'
import { openStudy } from '../shell/open-study.ts'
import { useFormat } from '../ui/format.ts'
import { PatientWords } from '../ui/patient-words.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import classes from './archive-screen.module.css'
import { FaultLine } from './fault-line.tsx'
import { isUnderWay, RetrievalProgress, useCancelRetrieval, useRetrieve } from './retrieval-progress.tsx'

function RetrievalLine({ retrieval }: { retrieval: Retrieval }) {
  const { t } = useTranslation()
  const format = useFormat()
  const cancel = useCancelRetrieval()
  const again = useRetrieve()
  const { retrievalId, StudyInstanceUID, state, fault, received } = retrieval
  // The identifier is known once something of the study is here.
  const here = useQuery({ ...trpc.studies.get.queryOptions({ StudyInstanceUID }), enabled: received > 0 }).data
  return (
    <Table.Tr>
      <Table.Td className={classes.patient}>
        <PatientWords name={retrieval.PatientName} PatientID={here?.study.PatientID ?? ''} />
      </Table.Td>
      <Table.Td>
        <SafeText text={retrieval.StudyDescription} max={80} />
      </Table.Td>
      <Table.Td>
        <RetrievalProgress retrieval={retrieval} />
        {fault && <FaultLine fault={fault} detail={retrieval.detail} />}
      </Table.Td>
      <Table.Td className={classes.tight}>{format.bytes(retrieval.bytes)}</Table.Td>
      <Table.Td className={classes.tight}>{format.instant(retrieval.startedAt)}</Table.Td>
      <Table.Td className={classes.actions}>
        {isUnderWay(retrieval) && (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ retrievalId })}>
            {t('archive:retrieval.cancel')}
          </Button>
        )}
        {(state === 'failed' || state === 'cancelled') && (
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate({ StudyInstanceUID })}>
            {t('archive:retrieval.again')}
          </Button>
        )}
        {received > 0 && (
          <Button variant="default" onClick={() => openStudy(StudyInstanceUID)}>
            {t('archive:open')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** `onSearch`: where there is nothing, the way to something. */
export function RetrievalsSection({ onSearch }: { onSearch(): void }) {
  const { t } = useTranslation()
  const answer = useQuery(trpc.archive.retrievals.queryOptions({}))
  const retrievals = answer.data ?? []
  if (answer.isError) return <Text c="var(--waiting)">{t('archive:search.failed')}</Text>
  if (answer.data !== undefined && retrievals.length === 0)
    return (
      <div className={classes.empty}>
        <Text c="dimmed">{t('archive:retrieval.none')}</Text>
        <Button onClick={onSearch}>{t('archive:retrieval.search')}</Button>
      </div>
    )
  return (
    <div className={classes.section}>
      <Table className={classes.table} stickyHeader aria-label={t('archive:section.retrievals')}>
        <Table.Thead>
          <Table.Tr>
            {(['patient', 'description', 'progress', 'size', 'started'] as const).map((column) => (
              <Table.Th key={column}>{t(`archive:column.${column}`)}</Table.Th>
            ))}
            <Table.Th aria-label={t('archive:column.actions')} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {retrievals.map((retrieval) => (
            <RetrievalLine key={retrieval.retrievalId} retrieval={retrieval} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
