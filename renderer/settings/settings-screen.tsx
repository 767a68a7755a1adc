/** The settings: plain groups at the left, searchable; each change is checked and kept at once. */
import { ScrollArea, Text, TextInput, Title } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWorkspace } from '../services/workspace.ts'
import type { Command } from '../shell/commands.ts'
import { foldText } from '../shell/palette.tsx'
import { useCommands } from '../shell/use-commands.ts'
import { SectionLink } from '../ui/section-link.tsx'
import { type SettingEntry, type SettingsGroup, settingsGroups } from './settings-groups.ts'
import classes from './settings-screen.module.css'

/** The groups with the entries that hold every word of `query`. */
export function searchSettings(query: string, t: (key: string) => string): SettingsGroup[] {
  const words = foldText(query).split(/\s+/).filter(Boolean)
  const matches = (entry: SettingEntry, group: SettingsGroup) => {
    const text = foldText([group.titleKey, ...entry.words].map((key) => t(key)).join(' '))
    return words.every((word) => text.includes(word))
  }
  return settingsGroups
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => matches(entry, group)) }))
    .filter((group) => group.entries.length > 0)
}

function Group({ group }: { group: SettingsGroup }) {
  const { t } = useTranslation()
  return (
    <section aria-label={t(group.titleKey)} className={classes.group}>
      <Title order={1} mb="xs">
        {t(group.titleKey)}
      </Title>
      {group.entries.map(({ id, component: Component }) => (
        <Component key={id} />
      ))}
    </section>
  )
}

export function SettingsScreen({ group }: { group: string | null }) {
  const { t } = useTranslation()
  const go = useWorkspace((state) => state.go)
  const [query, setQuery] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const chosen = settingsGroups.find(({ id }) => id === group) ?? settingsGroups[0]
  const searching = query.trim() !== ''
  const shown = searching ? searchSettings(query, t) : chosen ? [chosen] : []
  const commands: Command[] = [
    {
      id: 'settings.search',
      titleKey: 'settings:commands.search',
      groupKey: 'settings:commands.group',
      keys: ['/', 'Mod+F'],
      run: () => field.current?.focus(),
    },
    ...settingsGroups.map(({ id, titleKey }) => ({
      id: `settings.${id}`,
      titleKey,
      groupKey: 'settings:commands.group',
      keys: [],
      run: () => {
        setQuery('')
        go({ name: 'settings', group: id })
      },
    })),
  ]
  useCommands('settings', commands)
  return (
    <div className={classes.screen}>
      <nav className={classes.groups} aria-label={t('settings:title')}>
        <TextInput
          ref={field}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setQuery('')
          }}
          placeholder={t('settings:search')}
          aria-label={t('settings:search')}
          leftSection={<IconSearch size={15} stroke={1.6} />}
          mb="sm"
        />
        {settingsGroups.map(({ id, titleKey }) => (
          <SectionLink
            key={id}
            isShown={!searching && chosen?.id === id}
            onClick={() => {
              setQuery('')
              go({ name: 'settings', group: id })
            }}
          >
            {t(titleKey)}
          </SectionLink>
        ))}
      </nav>
      <ScrollArea className={classes.content} viewportProps={{ tabIndex: 0 }}>
        <div className={classes.inner}>
          {shown.map((one) => (
            <Group key={one.id} group={one} />
          ))}
          {shown.length === 0 && <Text c="dimmed">{t('settings:nothing')}</Text>}
        </div>
      </ScrollArea>
    </div>
  )
}
