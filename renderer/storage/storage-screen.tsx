/** The station's storage: what takes the space and what may go, whether what is stored is intact, and what came in several versions. */
import { Title, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type StorageSection, useWorkspace } from '../services/workspace.ts'
import { useCommands } from '../shell/use-commands.ts'
import { AuditSection } from './audit-section.tsx'
import { IntegritySection } from './integrity-section.tsx'
import { SpaceSection } from './space-section.tsx'
import { storageCommands } from './storage-commands.ts'
import classes from './storage-screen.module.css'
import { VersionsSection } from './versions-section.tsx'

const contents: Record<StorageSection, () => ReactNode> = {
  space: () => <SpaceSection />,
  integrity: () => <IntegritySection />,
  versions: () => <VersionsSection />,
  audit: () => <AuditSection />,
}

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
      audit: () => show('audit'),
    }),
  )
  return (
    <div className={classes.screen}>
      <header className={classes.head}>
        <Title order={1} className={classes.title}>
          {t('storage:title')}
        </Title>
        <nav className={classes.tabs} aria-label={t('storage:sections')}>
          {(Object.keys(contents) as StorageSection[]).map((name) => (
            <UnstyledButton
              key={name}
              className={classes.tab}
              aria-current={name === section ? 'page' : undefined}
              onClick={() => show(name)}
            >
              {t(`storage:section.${name}`)}
            </UnstyledButton>
          ))}
        </nav>
      </header>
      <div className={classes.content}>{contents[section]()}</div>
    </div>
  )
}
