/** Which commands a key would be claimed by at the same time. */
import type { CommandDefinition } from '../shell/commands.ts'
import { parseCombination, sameCombination } from '../shell/hotkeys.ts'
import { keysOf } from '../shell/use-commands.ts'

type ChangedKeys = Readonly<Record<string, readonly string[]>>

/** The screen of a command: the part of its id before the first dot. `shell` is there with every screen. */
export const scopeOf = (id: string): string => id.split('.')[0] ?? id

/** Screens whose commands are available at the same time. */
const shared = new Set(['viewer', 'report'])

const together = (a: string, b: string): boolean =>
  scopeOf(a) === scopeOf(b) ||
  scopeOf(a) === 'shell' ||
  scopeOf(b) === 'shell' ||
  (shared.has(scopeOf(a)) && shared.has(scopeOf(b)))

/** Other commands that `key` already stands for where `id` is available. */
export const conflictsOf = (
  id: string,
  key: string,
  commands: readonly CommandDefinition[],
  changed: ChangedKeys,
): CommandDefinition[] =>
  commands.filter(
    (other) =>
      other.id !== id &&
      together(id, other.id) &&
      keysOf(other, changed).some((taken) => sameCombination(parseCombination(taken), parseCombination(key))),
  )
