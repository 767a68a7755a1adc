/** A folder whose files are imported by themselves, and what becomes of the originals. */
import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WatchedFolder } from '../../main/contract/settings.ts'
import { FolderChooser } from '../files/folder-chooser.tsx'
import { trpc } from '../services/client.ts'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { Setting } from './setting.tsx'

export function WatchedFolderSetting() {
  const { t } = useTranslation()
  const { watchedFolder } = useSettings()
  const update = useUpdateSettings()
  const [path, setPath] = useState<string | null>(null)
  const folder = useQuery({
    ...trpc.importer.listFolder.queryOptions({ path: path ?? '' }),
    enabled: path !== null,
  }).data?.path
  const save = (next: WatchedFolder | null) => {
    update.mutate({ watchedFolder: next })
    setPath(null)
  }
  return (
    <Setting title={t('settings:watchedFolder.title')} text={t('settings:watchedFolder.text')} wide>
      <Stack gap="sm" maw={640}>
        <Text data-selectable>
          <bdi>{watchedFolder?.path ?? t('settings:watchedFolder.none')}</bdi>
        </Text>
        {watchedFolder && (
          <Radio.Group
            label={t('settings:watchedFolder.after')}
            value={watchedFolder.after}
            onChange={(after) => save({ ...watchedFolder, after: after as WatchedFolder['after'] })}
          >
            <Stack gap={10} mt={6}>
              {(['keep', 'move', 'delete'] as const).map((after) => (
                <Radio key={after} size="xs" value={after} label={t(`settings:watchedFolder.choice.${after}`)} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        {path !== null && <FolderChooser path={path} onPath={setPath} />}
        <Group gap="sm">
          {path === null ? (
            <Button size="sm" variant="default" onClick={() => setPath(watchedFolder?.path ?? '')}>
              {t('settings:watchedFolder.choose')}
            </Button>
          ) : (
            <Button
              size="sm"
              disabled={folder === undefined}
              onClick={() => folder !== undefined && save({ path: folder, after: watchedFolder?.after ?? 'keep' })}
            >
              {t('settings:watchedFolder.watch')}
            </Button>
          )}
          {path !== null && (
            <Button size="sm" variant="subtle" color="gray" onClick={() => setPath(null)}>
              {t('common:cancel')}
            </Button>
          )}
          {watchedFolder && path === null && (
            <Button size="sm" variant="subtle" color="gray" onClick={() => save(null)}>
              {t('settings:watchedFolder.stop')}
            </Button>
          )}
        </Group>
        {update.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
      </Stack>
    </Setting>
  )
}
