/** Search in the archive by patient, number or date; what is here already is told, the rest is a key away. */
import { ActionIcon, Button, Loader, Table, Text } from '@mantine/core'
import { IconDownload, IconEye, IconSearch, IconX } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, type RefObject, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RemoteStudy, Retrieval } from '../../main/contract/archive.ts'
import { queryClient, stationClient, trpc } from '../services/client.ts'
import { openStudy } from '../shell/open-study.ts'
import { useFormat } from '../ui/format.ts'
import { imagingModalities } from '../ui/modalities.ts'
import { PatientWords } from '../ui/patient-words.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import { dateOf } from '../ui/typed-date.ts'
import classes from './archive-screen.module.css'
import { FaultLine } from './fault-line.tsx'
import { FoundHeader } from './found-header.tsx'
import { inOrder, newestFirst } from './found-order.ts'
import { isUnderWay, RetrievalProgress, useCancelRetrieval, useRetrieve } from './retrieval-progress.tsx'
import { isAsking, nothingAsked, type Question, QuestionFields } from './search-question.tsx'

/** Studies asked for at a time. */
const PAGE = 50

/**
 * What is here of a study now: what came, was removed or retrieved since the archive was asked counts. What an earlier retrieval brought says
 * nothing: it may be gone.
 */
function useReceived({ StudyInstanceUID, receivedInstances }: RemoteStudy): number {
  const here = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID })).data
  return here === undefined ? receivedInstances : (here?.study.NumberOfStudyRelatedInstances ?? 0)
}

/** How far it is, with a way to stop it here; what came stays. */
function Coming({ retrieval }: { retrieval: Retrieval }) {
  const { t } = useTranslation()
  const cancel = useCancelRetrieval()
  const label = t('archive:retrieval.cancel')
  return (
    <div className={classes.coming}>
      <RetrievalProgress retrieval={retrieval} />
      <ActionIcon
        size={24}
        aria-label={label}
        title={label}
        loading={cancel.isPending}
        onClick={() => cancel.mutate({ retrievalId: retrieval.retrievalId })}
      >
        <IconX size={15} stroke={1.8} />
      </ActionIcon>
    </div>
  )
}

interface HereCellProps {
  study: RemoteStudy
  received: number
  retrieval: Retrieval | undefined
}

function HereCell({ study, received, retrieval }: HereCellProps) {
  const { t } = useTranslation()
  const format = useFormat()
  if (retrieval && isUnderWay(retrieval)) return <Coming retrieval={retrieval} />
  const total = study.NumberOfStudyRelatedInstances
  if (received === 0) return <span className={classes.dim}>{t('archive:here.none')}</span>
  // More here than there (documents not sent yet): the numbers alone do not tell which.
  if (total !== null && received > total)
    return <span>{t('archive:here.more', { received: format.number(received), total: format.number(total) })}</span>
  const whole = total !== null && received >= total
  return (
    <span data-whole={whole} className={classes.here}>
      {whole
        ? t('archive:here.all', { count: received })
        : t('archive:here.some', {
            received: format.number(received),
            total: total === null ? '?' : format.number(total),
          })}
    </span>
  )
}

function StudyLine({ study, retrieval }: { study: RemoteStudy; retrieval: Retrieval | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const retrieve = useRetrieve()
  const isComing = retrieval !== undefined && isUnderWay(retrieval)
  const bring = () => retrieve.mutate({ StudyInstanceUID: study.StudyInstanceUID })
  const open = () => openStudy(study.StudyInstanceUID)
  const received = useReceived(study)
  const isHere = received > 0
  const isWhole = received === study.NumberOfStudyRelatedInstances
  const press = (event: KeyboardEvent<HTMLTableRowElement>) => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter') {
      if (isHere) open()
      else if (!isComing) bring()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next =
        event.key === 'ArrowDown' ? event.currentTarget.nextElementSibling : event.currentTarget.previousElementSibling
      if (next instanceof HTMLElement) next.focus()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <Table.Tr className={classes.row} tabIndex={0} onKeyDown={press} onDoubleClick={isHere ? open : bring}>
      <Table.Td className={classes.patient}>
        <PatientWords name={study.PatientName} PatientID={study.PatientID} />
      </Table.Td>
      <Table.Td className={classes.tight}>
        {format.date(study.PatientBirthDate)} {study.PatientSex}
      </Table.Td>
      <Table.Td className={classes.tight}>{format.dateTime(study.StudyDate, study.StudyTime)}</Table.Td>
      <Table.Td>
        <SafeText text={imagingModalities(study.ModalitiesInStudy).join(' ')} max={20} />
      </Table.Td>
      <Table.Td className={classes.description}>
        <SafeText text={study.StudyDescription} max={80} />
      </Table.Td>
      <Table.Td className={classes.atWide}>
        <SafeText text={study.AccessionNumber} max={32} />
      </Table.Td>
      <Table.Td ta="right">
        {study.NumberOfStudyRelatedInstances === null ? '?' : format.number(study.NumberOfStudyRelatedInstances)}
      </Table.Td>
      <Table.Td>
        <HereCell study={study} received={received} retrieval={retrieval} />
      </Table.Td>
      <Table.Td className={classes.actions}>
        {!isWhole && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={14} stroke={1.8} />}
            loading={retrieve.isPending}
            disabled={isComing}
            onClick={bring}
          >
            {t('archive:retrieve')}
          </Button>
        )}
        {isHere && (
          <Button size="compact-sm" variant="default" leftSection={<IconEye size={14} stroke={1.8} />} onClick={open}>
            {t('archive:open')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

interface SearchSectionProps {
  /** Filled in, and asked at once, where it is not empty. */
  PatientID: string
  firstField: RefObject<HTMLInputElement | null>
}

export function SearchSection({ PatientID, firstField }: SearchSectionProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState<Question>({ ...nothingAsked, PatientID })
  const [order, setOrder] = useState(newestFirst)
  const [asked, setAsked] = useState<Question | null>(PatientID === '' ? null : { ...nothingAsked, PatientID })
  const answer = useInfiniteQuery({
    queryKey: [...trpc.archive.search.pathKey(), 'pages', asked],
    enabled: asked !== null,
    initialPageParam: 0,
    staleTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam, signal }) => {
      const page = await stationClient.archive.search.query(
        {
          ...(asked ?? nothingAsked),
          StudyDateFrom: dateOf(asked?.StudyDateFrom ?? '') ?? '',
          StudyDateTo: dateOf(asked?.StudyDateTo ?? '') ?? '',
          ModalitiesInStudy: (asked?.ModalitiesInStudy ?? '').toUpperCase(),
          offset: pageParam,
          limit: PAGE,
        },
        { signal },
      )
      // Whether the archive answers stands above the answer, and must not come a second later by the feed.
      void queryClient.invalidateQueries(trpc.station.status.pathFilter())
      return page
    },
    getNextPageParam: (last, pages) =>
      last.more && last.fault === null ? pages.reduce((count, page) => count + page.studies.length, 0) : undefined,
  })
  const retrievals = useQuery(trpc.archive.retrievals.queryOptions({})).data ?? []
  const ask = (event: FormEvent) => {
    event.preventDefault()
    if (isAsking(typed)) setAsked({ ...typed })
  }
  const pages = answer.data?.pages ?? []
  const studies = inOrder(
    pages.flatMap((page) => page.studies),
    order,
  )
  const fault = pages.find((page) => page.fault !== null)
  return (
    <div className={classes.section}>
      <form className={classes.form} onSubmit={ask}>
        <QuestionFields value={typed} onChange={setTyped} firstField={firstField} />
        <div className={classes.ask}>
          <Button
            type="submit"
            size="sm"
            leftSection={<IconSearch size={15} stroke={1.8} />}
            disabled={!isAsking(typed)}
          >
            {t('archive:search.ask')}
          </Button>
          {answer.isFetching && <Loader size="xs" />}
        </div>
      </form>
      {answer.isError && <Text c="var(--waiting)">{t('archive:search.failed')}</Text>}
      {fault?.fault && <FaultLine fault={fault.fault} detail={fault.detail} />}
      {asked === null && <Text c="dimmed">{t('archive:search.hint')}</Text>}
      {asked !== null && !answer.isFetching && !fault && !answer.isError && studies.length === 0 && (
        <Text c="dimmed" role="status">
          {t('archive:search.nothing')}
        </Text>
      )}
      {studies.length > 0 && (
        <Table className={classes.table} stickyHeader verticalSpacing={4} aria-label={t('archive:search.results')}>
          <FoundHeader order={order} onOrder={setOrder} />
          <Table.Tbody>
            {studies.map((study) => (
              <StudyLine
                key={study.StudyInstanceUID}
                study={study}
                retrieval={retrievals.find(({ StudyInstanceUID }) => StudyInstanceUID === study.StudyInstanceUID)}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {answer.hasNextPage && (
        <Button variant="default" loading={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
          {t('archive:search.more')}
        </Button>
      )}
    </div>
  )
}
