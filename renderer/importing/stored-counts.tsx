/** What came of the files that were taken in: added, here already, or here with other content. */
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../ui/format.ts'

export function StoredCounts({ counts }: { counts: { stored: number; duplicate: number; version: number } }) {
  const { t } = useTranslation()
  const format = useFormat()
  const said = (kind: 'stored' | 'duplicate') =>
    t(`studies:import.${kind}`, { count: counts[kind], number: format.number(counts[kind]) })
  return (
    <Text c="dimmed">
      {said('stored')}, {said('duplicate')}
      {counts.version > 0 && ` · ${t('studies:import.versions', { number: format.number(counts.version) })}`}
    </Text>
  )
}
