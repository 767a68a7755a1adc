/**
 * Every action of the program has a command here: the palette, the key overlay and the keyboard all read this registry.
 * A screen registers its commands while it is mounted (`useCommands` in use-commands.ts).
 */
import { create } from 'zustand'

export interface Command {
  /** Stable name, `viewer.invert`; keys that a person changed are kept by it. */
  id: string
  /** Locale key of its title; titles are what the palette searches. */
  titleKey: string
  /** What a person named that its title speaks of. */
  titleWith?: Readonly<Record<string, string>>
  /** Locale key of its group in the palette and the key overlay. */
  groupKey: string
  /** Default keys in Mantine's notation (`Mod+K`, `Shift+ArrowUp`, `?`), matched by what the key types (AZERTY first), not by its place. */
  keys: readonly string[]
  run(): void
  /** Shown greyed, and not run, when false. */
  enabled?: boolean
}

/** A command as it is known before its screen is mounted: what the settings list, to change its keys. */
export type CommandDefinition = Omit<Command, 'run' | 'enabled' | 'titleWith'>

interface CommandRegistry {
  /** Screen → its commands; later screens win a key that two claim. */
  scopes: ReadonlyMap<string, readonly Command[]>
  setScope(scope: string, commands: readonly Command[]): void
  clearScope(scope: string): void
}

export const useCommandRegistry = create<CommandRegistry>((set) => ({
  scopes: new Map(),
  setScope: (scope, commands) => set((state) => ({ scopes: new Map(state.scopes).set(scope, commands) })),
  clearScope: (scope) =>
    set((state) => {
      const scopes = new Map(state.scopes)
      scopes.delete(scope)
      return { scopes }
    }),
}))
