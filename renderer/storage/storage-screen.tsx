/** The station's storage: what takes the space and what may go, whether what is stored is intact, and what came in several versions. */
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type StorageSection, useWorkspace } from '../services/workspace.ts'
import { useCommands } from '../shell/use-commands.ts'
import { SectionScreen } from '../ui/section-screen.tsx'
import { AuditSection } from './audit-section.tsx'
import { BackupSection } from './backup-section.tsx'
import { IntegritySection } from './integrity-section.tsx'
import { SpaceSection } from './space-section.tsx'
import { storageCommands } from './storage-commands.ts'
import { VersionsSection } from './versions-section.tsx'

const contents: Record<StorageSection, () => ReactNode> = {
  space: () => <SpaceSection />,
  integrity: () => <IntegritySection />,
  versions: () => <VersionsSection />,
  backup: () => <BackupSection />,
  audit: () => <AuditSection />,
}

const sections = Object.keys(contents) as StorageSection[]

export function StorageScreen({ section }: { section: StorageSection }) {
  const { t } = useTranslation()
  const go = useWorkspace((state) => state.go)
  const show = (name: StorageSection) => go({ name: 'storage', section: name })
  useCommands(
    'storage',
    storageCommands({
      space: () => show('space'),
      integrity: () => show('integrity'),
      versions: () => show('versions'),
      backup: () => show('backup'),
      audit: () => show('audit'),
    }),
  )
  return (
    <SectionScreen
      title={t('storage:title')}
      label={t('storage:sections')}
      sections={sections}
      shown={section}
      labelOf={(name) => t(`storage:section.${name}`)}
      onShow={show}
    >
      {contents[section]()}
    </SectionScreen>
  )
}
