/** An archive by DIMSE: which of the remote AEs it is, and whether it is asked to commit itself to what it accepts. */
import { Checkbox, Select, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useSettings } from '../services/settings.ts'
import type { ArchiveFieldsProps } from './archive-web-fields.tsx'

export function ArchivePeerFields({ value, onChange }: ArchiveFieldsProps) {
  const { t } = useTranslation()
  const peers = useSettings().peers
  const listening = peers.filter(({ port, address }) => port !== null && !address.includes('/'))
  const titles = [...new Set([...listening.map(({ aeTitle }) => aeTitle.trim()), value.aeTitle])].filter(Boolean)
  return (
    <Stack gap="xs">
      <Select
        label={t('settings:archive.aeTitle')}
        description={t('settings:archive.aeTitleText')}
        placeholder={t(titles.length === 0 ? 'settings:archive.noPeers' : 'settings:archive.choosePeer')}
        data={titles}
        value={value.aeTitle || null}
        w={420}
        allowDeselect={false}
        onChange={(aeTitle) => onChange({ ...value, aeTitle: aeTitle ?? '' })}
      />
      <Checkbox
        label={t('settings:archive.asksCommitment')}
        description={t('settings:archive.asksCommitmentText')}
        checked={value.asksCommitment}
        onChange={(event) => onChange({ ...value, asksCommitment: event.currentTarget.checked })}
      />
      <Text c="dimmed" size="xs">
        {t('settings:archive.byDimseText')}
      </Text>
    </Stack>
  )
}
