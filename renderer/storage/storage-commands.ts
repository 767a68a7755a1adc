/** The commands of the storage's page. */
import type { Command, CommandDefinition } from '../shell/commands.ts'

const groupKey = 'storage:commands.group'

export const storageCommandDefinitions = [
  { id: 'storage.space', titleKey: 'storage:commands.space', groupKey, keys: [] },
  { id: 'storage.integrity', titleKey: 'storage:commands.integrity', groupKey, keys: [] },
  { id: 'storage.versions', titleKey: 'storage:commands.versions', groupKey, keys: [] },
  { id: 'storage.backup', titleKey: 'storage:commands.backup', groupKey, keys: [] },
  { id: 'storage.audit', titleKey: 'storage:commands.audit', groupKey, keys: [] },
] as const satisfies readonly CommandDefinition[]

type StorageCommandName = (typeof storageCommandDefinitions)[number]['id'] extends `storage.${infer Name}`
  ? Name
  : never

/** The commands with what they do. */
export const storageCommands = (runs: Record<StorageCommandName, () => void>): Command[] =>
  storageCommandDefinitions.map((definition) => ({
    ...definition,
    run: runs[definition.id.slice('storage.'.length) as StorageCommandName],
  }))
