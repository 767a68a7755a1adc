/** Keyboard: every command with its keys, to change, add or give back; a key that is taken says by what. */
import { ActionIcon, Button, Group, Text, Title, Tooltip } from '@mantine/core'
import { IconPlus, IconRotate, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { CommandKeys } from '../shell/command-keys.tsx'
import type { CommandDefinition } from '../shell/commands.ts'
import { combinationOf, formatCombination } from '../shell/hotkeys.ts'
import { keysOf } from '../shell/use-commands.ts'
import { commandCatalogue } from './command-catalogue.ts'
import { conflictsOf } from './key-conflicts.ts'
import classes from './keyboard-group.module.css'

/** Calls `onKey` with the next combination typed, anywhere; null when Escape gave up. */
function useRecording(active: boolean, onKey: (key: string | null) => void): void {
  useEffect(() => {
    if (!active) return
    const press = (event: KeyboardEvent) => {
      event.preventDefault()
      event.stopPropagation()
      const typed = combinationOf(event)
      if (typed !== null) onKey(typed.key === 'Escape' ? null : formatCombination(typed))
    }
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [active, onKey])
}

interface RowProps {
  command: CommandDefinition
  recording: boolean
  refused: { key: string; by: string } | null
  onRecord(): void
  onKeys(keys: readonly string[] | null): void
}

function CommandRow({ command, recording, refused, onRecord, onKeys }: RowProps) {
  const { t } = useTranslation()
  const changed = useSettings().keys
  const keys = keysOf(command, changed)
  const title = t(command.titleKey)
  return (
    <li className={classes.row}>
      <span>{title}</span>
      <Group gap={6} wrap="nowrap" justify="flex-end">
        {recording ? (
          <Text c="var(--action)" role="status">
            {t('settings:keyboard.press')}
          </Text>
        ) : (
          keys.map((key) => (
            <span key={key} className={classes.key}>
              <CommandKeys keys={[key]} />
              <ActionIcon
                size={18}
                aria-label={t('settings:keyboard.remove', { key, title })}
                onClick={() => onKeys(keys.filter((one) => one !== key))}
              >
                <IconX size={12} />
              </ActionIcon>
            </span>
          ))
        )}
        <Tooltip label={t('settings:keyboard.add')}>
          <ActionIcon size={24} aria-label={t('settings:keyboard.addTo', { title })} onClick={onRecord}>
            <IconPlus size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('settings:keyboard.reset')}>
          <ActionIcon
            size={24}
            disabled={changed[command.id] === undefined}
            aria-label={t('settings:keyboard.resetOf', { title })}
            onClick={() => onKeys(null)}
          >
            <IconRotate size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {refused && (
        <Text c="var(--waiting)" className={classes.refused} role="alert">
          {t('settings:keyboard.taken', refused)}
        </Text>
      )}
    </li>
  )
}

export function KeyboardSetting() {
  const { t } = useTranslation()
  const changed = useSettings().keys
  const update = useUpdateSettings()
  const [recording, setRecording] = useState<string | null>(null)
  const [refused, setRefused] = useState<{ id: string; key: string; by: string } | null>(null)
  const setKeys = (id: string, keys: readonly string[] | null) => {
    const { [id]: _before, ...others } = changed
    setRefused(null)
    update.mutate({ keys: keys === null ? others : { ...others, [id]: [...keys] } })
  }
  useRecording(recording !== null, (key) => {
    const command = commandCatalogue.find(({ id }) => id === recording)
    setRecording(null)
    if (key === null || command === undefined) return
    const [taken] = conflictsOf(command.id, key, commandCatalogue, changed)
    if (taken) setRefused({ id: command.id, key, by: t(taken.titleKey) })
    else setKeys(command.id, [...new Set([...keysOf(command, changed), key])])
  })
  return (
    <>
      <Group justify="space-between" my="sm">
        <Text c="dimmed">{t('settings:keyboard.text')}</Text>
        <Button
          variant="default"
          disabled={Object.keys(changed).length === 0}
          onClick={() => update.mutate({ keys: {} })}
        >
          {t('settings:keyboard.resetAll')}
        </Button>
      </Group>
      {[...Map.groupBy(commandCatalogue, ({ groupKey }) => groupKey)].map(([group, commands]) => (
        <section key={group}>
          <Title order={3} mt="md" mb={4}>
            {t(group)}
          </Title>
          <ul className={classes.list}>
            {commands.map((command) => (
              <CommandRow
                key={command.id}
                command={command}
                recording={recording === command.id}
                refused={refused?.id === command.id ? refused : null}
                onRecord={() => {
                  setRefused(null)
                  setRecording(command.id)
                }}
                onKeys={(keys) => setKeys(command.id, keys)}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}
