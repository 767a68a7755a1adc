/** What came of the files that were taken in: added, here already, or here with other content. */
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../ui/format.ts'

export function StoredCounts({ counts }: { counts: { stored: number; duplicate: number; version: number } }) {
  const { t } = useTranslation()
  const format = useFormat()
  const said = (kind: 'stored' | 'duplicate') =>
    t(`import:taking.${kind}`, { count: counts[kind], number: format.number(counts[kind]) })
  return (
    <Text c="dimmed">
      {said('stored')}, {said('duplicate')}
      {counts.version > 0 && ` · ${t('import:taking.versions', { number: format.number(counts.version) })}`}
    </Text>
  )
}
