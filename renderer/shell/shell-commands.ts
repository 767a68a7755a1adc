/** The commands that every screen has. */
import type { Command, CommandDefinition } from './commands.ts'

export const shellCommandDefinitions = [
  { id: 'shell.palette', titleKey: 'shell:commands.palette', groupKey: 'shell:commands.group', keys: ['Mod+K'] },
  { id: 'shell.keys', titleKey: 'shell:commands.keys', groupKey: 'shell:commands.group', keys: ['?'] },
  { id: 'shell.studies', titleKey: 'shell:commands.studies', groupKey: 'shell:commands.group', keys: ['Alt+1'] },
  { id: 'shell.archive', titleKey: 'shell:commands.archive', groupKey: 'shell:commands.group', keys: ['Alt+2'] },
  { id: 'shell.storage', titleKey: 'shell:commands.storage', groupKey: 'shell:commands.group', keys: ['Alt+3'] },
  { id: 'shell.settings', titleKey: 'shell:commands.settings', groupKey: 'shell:commands.group', keys: ['Mod+,'] },
  { id: 'shell.dismiss', titleKey: 'shell:commands.dismiss', groupKey: 'shell:commands.group', keys: ['Alt+X'] },
] as const satisfies readonly CommandDefinition[]

type Runs = Record<'palette' | 'keys' | 'studies' | 'archive' | 'storage' | 'settings' | 'dismiss', () => void>

/** The commands with what they do. */
export const shellCommands = (runs: Runs): Command[] =>
  shellCommandDefinitions.map((definition) => ({ ...definition, run: runs[definition.id.slice(6) as keyof Runs] }))
