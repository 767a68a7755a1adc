/** The commands of the study list. */
import type { Command, CommandDefinition } from '../shell/commands.ts'

const groupKey = 'studies:commands.group'

export const studiesCommandDefinitions = [
  { id: 'studies.search', titleKey: 'studies:commands.search', groupKey, keys: ['/', 'Mod+F'] },
  { id: 'studies.open', titleKey: 'studies:commands.open', groupKey, keys: ['Enter'] },
  { id: 'studies.preview', titleKey: 'studies:commands.preview', groupKey, keys: ['Space'] },
  { id: 'studies.previous', titleKey: 'studies:commands.previous', groupKey, keys: ['ArrowUp'] },
  { id: 'studies.next', titleKey: 'studies:commands.next', groupKey, keys: ['ArrowDown'] },
  { id: 'studies.pageUp', titleKey: 'studies:commands.pageUp', groupKey, keys: ['PageUp'] },
  { id: 'studies.pageDown', titleKey: 'studies:commands.pageDown', groupKey, keys: ['PageDown'] },
  { id: 'studies.first', titleKey: 'studies:commands.first', groupKey, keys: ['Home'] },
  { id: 'studies.last', titleKey: 'studies:commands.last', groupKey, keys: ['End'] },
  { id: 'studies.today', titleKey: 'studies:commands.today', groupKey, keys: ['Alt+A'] },
  { id: 'studies.recent', titleKey: 'studies:commands.recent', groupKey, keys: ['Alt+R'] },
  { id: 'studies.toRead', titleKey: 'studies:commands.toRead', groupKey, keys: ['Alt+T'] },
  { id: 'studies.lists', titleKey: 'studies:commands.lists', groupKey, keys: ['Alt+L'] },
  { id: 'studies.nextList', titleKey: 'studies:commands.nextList', groupKey, keys: ['Alt+PageDown'] },
  { id: 'studies.previousList', titleKey: 'studies:commands.previousList', groupKey, keys: ['Alt+PageUp'] },
  { id: 'studies.clear', titleKey: 'studies:commands.clear', groupKey, keys: ['Escape'] },
  { id: 'studies.archive', titleKey: 'studies:commands.archive', groupKey, keys: ['Alt+P'] },
  { id: 'studies.send', titleKey: 'studies:commands.send', groupKey, keys: [] },
  { id: 'studies.pin', titleKey: 'studies:commands.pin', groupKey, keys: ['Alt+K'] },
  { id: 'studies.import', titleKey: 'studies:commands.import', groupKey, keys: ['Mod+O'] },
  { id: 'studies.export', titleKey: 'studies:commands.export', groupKey, keys: ['Mod+E'] },
] as const satisfies readonly CommandDefinition[]

type StudiesCommandName = (typeof studiesCommandDefinitions)[number]['id'] extends `studies.${infer Name}`
  ? Name
  : never

/** The commands with what they do; those named in `disabled` are greyed. */
export const studiesCommands = (
  runs: Record<StudiesCommandName, () => void>,
  disabled: readonly StudiesCommandName[],
): Command[] =>
  studiesCommandDefinitions.map((definition) => {
    const name = definition.id.slice('studies.'.length) as StudiesCommandName
    return { ...definition, run: runs[name], enabled: !disabled.includes(name) }
  })
