/** Registers a screen's commands while it is mounted, and turns key presses into commands. */
import { useEffect, useLayoutEffect, useRef } from 'react'
import { useSettingsIfLoaded } from '../services/settings.ts'
import { type Command, useCommandRegistry } from './commands.ts'
import {
  belongsToElement,
  combinationOf,
  digitOf,
  type KeyCombination,
  parseCombination,
  sameCombination,
} from './hotkeys.ts'

type ChangedKeys = Readonly<Record<string, readonly string[]>>

/**
 * Registers `commands` under `scope` (the part of their ids before the first dot) as long as the calling component is mounted. The array may
 * be made anew at every render.
 */
export function useCommands(scope: string, commands: readonly Command[]): void {
  const latest = useRef(commands)
  useLayoutEffect(() => {
    latest.current = commands
  })
  const described = JSON.stringify(commands.map(({ run: _run, ...rest }) => rest))
  useEffect(() => {
    const { setScope } = useCommandRegistry.getState()
    const runnable = (JSON.parse(described) as Omit<Command, 'run'>[]).map((command) => ({
      ...command,
      run: () => latest.current.find(({ id }) => id === command.id)?.run(),
    }))
    setScope(scope, runnable)
  }, [scope, described])
  // Apart, so that a scope that changes keeps its place: the one that came last wins a key.
  useEffect(() => () => useCommandRegistry.getState().clearScope(scope), [scope])
}

/** The keys of a command: the person's own, else its default ones. */
export const keysOf = (command: Pick<Command, 'id' | 'keys'>, changed: ChangedKeys = {}): readonly string[] =>
  changed[command.id] ?? command.keys

/** All registered commands, the most particular screen's first: it wins a key that two claim. */
export function commandsByPriority(scopes: ReadonlyMap<string, readonly Command[]>): Command[] {
  const names = [...scopes.keys()].filter((name) => name !== 'shell').reverse()
  return [...names, 'shell'].flatMap((name) => scopes.get(name) ?? [])
}

const claims = (command: Command, pressed: KeyCombination, changed: ChangedKeys): boolean =>
  keysOf(command, changed).some((key) => sameCombination(parseCombination(key), pressed))

/** The command that a key press means now; undefined when it means none. */
export function commandFor(
  event: KeyboardEvent,
  commands: readonly Command[],
  changed: ChangedKeys = {},
): Command | undefined {
  const enabled = commands.filter((command) => command.enabled !== false)
  for (const pressed of [combinationOf(event), digitOf(event)]) {
    if (pressed === null || belongsToElement(event.target, pressed)) continue
    const command = enabled.find((candidate) => claims(candidate, pressed, changed))
    if (command) return command
  }
  return undefined
}

/** Runs commands by their keys, everywhere in the window. Used once, by the shell. */
export function useCommandKeys(): void {
  const changed = useSettingsIfLoaded()?.keys
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const command = commandFor(event, commandsByPriority(useCommandRegistry.getState().scopes), changed)
      if (!command) return
      event.preventDefault()
      command.run()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [changed])
}
