/** What went wrong with the archive, as a sentence, with the technical part to copy. */
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ArchiveFault } from '../../main/contract/archive.ts'
import { DetailsFold } from '../ui/details-fold.tsx'

/** The sentence of `fault`; `detail` is folded away. */
export function FaultLine({ fault, detail }: { fault: ArchiveFault; detail: string }) {
  const { t } = useTranslation()
  return (
    <div role="status">
      <Text c="var(--waiting)">{t(`archive:fault.${fault}`)}</Text>
      <DetailsFold text={detail} />
    </div>
  )
}
