/** Objects that came with different content under one identity: which version is shown, and the comparison of the chosen object's versions. */
import { Button, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { VersionedInstance } from '../../main/contract/versions.ts'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { SafeText } from '../ui/safe-text.tsx'
import classes from './storage-screen.module.css'
import { StudyOfObject } from './study-of-object.tsx'
import { VersionComparisonPanel } from './version-comparison.tsx'

const keyOf = ({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }: VersionedInstance): string =>
  `${StudyInstanceUID} ${SeriesInstanceUID} ${SOPInstanceUID}`

function ShownText({ object }: { object: VersionedInstance }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { choice, versions } = object
  const number = versions.findIndex(({ isShown, isElsewhere }) => isShown && !isElsewhere) + 1
  const name = t('storage:versions.name', { number })
  if (choice === null) return <>{t('storage:versions.nobodyChose', { name })}</>
  const at = format.instant(choice.at)
  return (
    <>
      {choice.by === '' ? (
        t('storage:versions.chosen', { name, at })
      ) : (
        <SafeText text={t('storage:versions.chosenBy', { name, at, by: choice.by })} max={160} />
      )}
    </>
  )
}

function ObjectLine({ object, isOpen, onCompare }: { object: VersionedInstance; isOpen: boolean; onCompare(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const series = [object.Modality, object.SeriesNumber ?? '', object.SeriesDescription].filter((text) => text !== '')
  return (
    <Table.Tr>
      <StudyOfObject {...object} />
      <Table.Td className={classes.name}>
        <SafeText text={series.join(' · ')} max={60} />
      </Table.Td>
      <Table.Td className={classes.number}>{object.InstanceNumber ?? ''}</Table.Td>
      <Table.Td className={classes.number}>{format.number(object.versions.length)}</Table.Td>
      <Table.Td>
        <ShownText object={object} />
      </Table.Td>
      <Table.Td className={classes.actions}>
        <Button size="compact-sm" variant="default" aria-expanded={isOpen} onClick={onCompare}>
          {t('storage:versions.compare')}
        </Button>
      </Table.Td>
    </Table.Tr>
  )
}

const columns = ['patient', 'date', 'description', 'series', 'image', 'count', 'shown', 'actions'] as const
/** What stands at the right. */
const rights: readonly (typeof columns)[number][] = ['image', 'count', 'actions']

export function VersionsSection() {
  const { t } = useTranslation()
  const format = useFormat()
  const answer = useQuery(trpc.versions.list.queryOptions({}))
  const [open, setOpen] = useState<string | null>(null)
  const instances = answer.data?.instances ?? []
  const object = instances.find((each) => keyOf(each) === open)
  const hidden = (answer.data?.total ?? 0) - instances.length
  return (
    <div className={classes.section}>
      <Text c="dimmed">{t('storage:versions.rule')}</Text>
      {answer.isError && <Text c="var(--waiting)">{t('storage:failed')}</Text>}
      {answer.data !== undefined && instances.length === 0 && <Text c="var(--done)">{t('storage:versions.none')}</Text>}
      {instances.length > 0 && (
        <div className={classes.versionList}>
          <Table className={classes.table} stickyHeader aria-label={t('storage:versions.table')}>
            <Table.Thead>
              <Table.Tr>
                {columns.map((column) => (
                  <Table.Th key={column} className={rights.includes(column) ? classes.number : undefined}>
                    {t(`storage:versions.column.${column}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {instances.map((each) => {
                const key = keyOf(each)
                return (
                  <ObjectLine
                    key={key}
                    object={each}
                    isOpen={key === open}
                    onCompare={() => setOpen(key === open ? null : key)}
                  />
                )
              })}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {hidden > 0 && <Text>{t('storage:versions.hidden', { count: hidden, number: format.number(hidden) })}</Text>}
      {object && <VersionComparisonPanel key={open} object={object} />}
    </div>
  )
}
