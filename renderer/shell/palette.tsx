/** The command palette: every action by its name, with its key. */
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent as Press, useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettings } from '../services/settings.ts'
import { CommandKeys } from './command-keys.tsx'
import { type Command, useCommandRegistry } from './commands.ts'
import { commandsByPriority, keysOf } from './use-commands.ts'

const [store, palette] = createSpotlight()
export const openPalette = (): void => palette.open()

/** Lower case without accents, so that `e` finds `é`. */
export const foldText = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()

const matches = (words: string[], text: string): boolean => words.every((word) => foldText(text).includes(word))

/**
 * From the opening on, keys belong to the palette: what is typed before its field has the focus is a query, never a command of the screen, and
 * Enter takes what that query finds first.
 */
function useEarlyKeys(type: (text: string) => void, take: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!store.getState().opened || event.ctrlKey || event.metaKey || event.isComposing) return
      if (event.target instanceof Element && event.target.closest('[role="dialog"]')) return
      event.preventDefault()
      event.stopImmediatePropagation()
      if (event.key === 'Escape') palette.close()
      else if (event.key === 'Enter') take()
      else if (event.key.length === 1) type(event.key)
    }
    window.addEventListener('keydown', press, true)
    return () => window.removeEventListener('keydown', press, true)
  }, [type, take])
}

export function Palette() {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const scopes = useCommandRegistry((state) => state.scopes)
  const changed = useSettings().keys
  const actions = useMemo(() => {
    const titleOf = ({ titleKey, titleWith = {} }: Command) => t(titleKey, titleWith)
    const words = foldText(query).split(/\s+/).filter(Boolean)
    const groups = new Map<string, Command[]>()
    for (const command of commandsByPriority(scopes)) {
      const group = t(command.groupKey)
      if (command.id === 'shell.palette' || !matches(words, `${group} ${titleOf(command)}`)) continue
      groups.set(group, [...(groups.get(group) ?? []), command])
    }
    return [...groups].map(([group, commands]) => ({
      group,
      actions: commands.map((command) => ({
        id: command.id,
        label: titleOf(command),
        disabled: command.enabled === false,
        rightSection: <CommandKeys keys={keysOf(command, changed).slice(0, 1)} />,
        // After the palette is gone, so that the command finds the focus where it was.
        onClick: () => setTimeout(command.run, 0),
      })),
    })) satisfies SpotlightActionGroupData[]
  }, [scopes, changed, query, t])
  useEarlyKeys(
    useCallback((text: string) => setQuery((before) => before + text), []),
    useCallback(() => {
      const first = actions[0]?.actions[0]
      if (!first || first.disabled) return
      palette.close()
      first.onClick()
    }, [actions]),
  )
  // What was typed before the list was there has selected nothing in it yet: Enter takes the first.
  const takeFirst = ({ key }: Press) => {
    const { selected, listId } = store.getState()
    if (key === 'Enter' && selected < 0)
      document.getElementById(listId)?.querySelector<HTMLElement>('[data-action]')?.click()
  }
  return (
    <Spotlight
      store={store}
      actions={actions}
      query={query}
      onQueryChange={setQuery}
      filter={(_query, all) => all}
      shortcut={null}
      nothingFound={t('shell:palette.nothing')}
      highlightQuery
      scrollable
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      maxHeight={440}
      overlayProps={{ backgroundOpacity: 0.6, blur: 0 }}
      transitionProps={{ duration: 80 }}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} />,
        placeholder: t('shell:palette.placeholder'),
        onKeyDown: takeFirst,
      }}
    />
  )
}
