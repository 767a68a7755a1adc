/** The keys of the current screen, at a glance (`?`). */
import { Button, Group, Modal, Text, Title } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettings } from '../services/settings.ts'
import { useWorkspace } from '../services/workspace.ts'
import { CommandKeys } from './command-keys.tsx'
import { type Command, useCommandRegistry } from './commands.ts'
import classes from './key-overlay.module.css'
import { commandsByPriority, keysOf } from './use-commands.ts'

/** More commands than two columns show without scrolling. */
const MANY = 36

const byGroup = (commands: Command[]): [string, Command[]][] => [
  ...Map.groupBy(commands, (command) => command.groupKey).entries(),
]

export function KeyOverlay({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useTranslation()
  const scopes = useCommandRegistry((state) => state.scopes)
  const changed = useSettings().keys
  const go = useWorkspace((state) => state.go)
  const groups = useMemo(
    () => byGroup(commandsByPriority(scopes).filter((command) => keysOf(command, changed).length > 0)),
    [scopes, changed],
  )
  const isLong = groups.reduce((count, [, commands]) => count + commands.length, 0) > MANY
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('shell:keys.title')}
      yOffset={16}
      size={isLong ? 'min(1480px, 96vw)' : 'xl'}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <div className={classes.groups}>
        {groups.map(([group, commands]) => (
          <section key={group} className={classes.group}>
            <Title order={3} mb="xs">
              {t(group)}
            </Title>
            <dl className={classes.list}>
              {commands.map((command) => (
                <div key={command.id} className={classes.row}>
                  <dt>{t(command.titleKey)}</dt>
                  <dd>
                    <CommandKeys keys={keysOf(command, changed)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Group justify="space-between" mt="lg">
        <Text c="dimmed">{t('shell:keys.hint')}</Text>
        <Button
          variant="default"
          onClick={() => {
            onClose()
            go({ name: 'settings', group: 'keyboard' })
          }}
        >
          {t('shell:keys.change')}
        </Button>
      </Group>
    </Modal>
  )
}
