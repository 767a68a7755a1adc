/** Typing a letter or digit anywhere on the list begins a search with it. */
import { type RefObject, useEffect } from 'react'
import { useSettings } from '../services/settings.ts'
import { useCommandRegistry } from '../shell/commands.ts'
import { belongsToElement, combinationOf } from '../shell/hotkeys.ts'
import { commandFor, commandsByPriority } from '../shell/use-commands.ts'

/** Moves the focus to `field` before the character lands, unless a command claims the key. */
export function useTypeToSearch(field: RefObject<HTMLInputElement | null>): void {
  const changed = useSettings().keys
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const typed = combinationOf(event)
      if (event.defaultPrevented || typed === null || typed.mod || typed.alt || !/^[\p{L}\p{N}]$/u.test(event.key))
        return
      if (belongsToElement(event.target, typed)) return
      if (commandFor(event, commandsByPriority(useCommandRegistry.getState().scopes), changed)) return
      field.current?.focus()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [field, changed])
}
