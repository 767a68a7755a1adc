/** The commands of the archive's page. */
import type { Command, CommandDefinition } from '../shell/commands.ts'

const groupKey = 'archive:commands.group'

export const archiveCommandDefinitions = [
  { id: 'archive.search', titleKey: 'archive:commands.search', groupKey, keys: ['/', 'Mod+F'] },
  { id: 'archive.retrievals', titleKey: 'archive:commands.retrievals', groupKey, keys: [] },
  { id: 'archive.outbox', titleKey: 'archive:commands.outbox', groupKey, keys: [] },
  { id: 'archive.retryAll', titleKey: 'archive:commands.retryAll', groupKey, keys: [] },
  { id: 'archive.setUp', titleKey: 'archive:commands.setUp', groupKey, keys: [] },
] as const satisfies readonly CommandDefinition[]

type ArchiveCommandName = (typeof archiveCommandDefinitions)[number]['id'] extends `archive.${infer Name}`
  ? Name
  : never

/** The commands with what they do. */
export const archiveCommands = (runs: Record<ArchiveCommandName, () => void>): Command[] =>
  archiveCommandDefinitions.map((definition) => ({
    ...definition,
    run: runs[definition.id.slice('archive.'.length) as ArchiveCommandName],
  }))
