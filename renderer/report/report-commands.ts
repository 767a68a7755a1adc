/** The commands of the report by name, with their keys: for the palette, the key overlay and the settings. */
import type { Command, CommandDefinition } from '../shell/commands.ts'

const command = <N extends string>(name: N, ...keys: string[]) => ({
  id: `report.${name}` as const,
  titleKey: `report:commands.${name}`,
  groupKey: 'report:commands.group',
  keys,
})

const definitions = [
  command('toggle', 'Alt+R'),
  command('switch', 'F6', 'Mod+E'),
  command('insertMeasurement', 'Q', 'Alt+M'),
  command('markKeyImage', 'K'),
  command('citeKeyImage', 'Alt+K'),
  command('updateMeasurements', 'Alt+U'),
  command('bullets', 'Alt+L'),
  command('numbers', 'Alt+N'),
  command('sign', 'Mod+Enter'),
  command('detach'),
  command('begin'),
  command('list'),
] as const

/** Everything that can be done with a report, in the order of the key overlay. */
export const reportCommandDefinitions: readonly CommandDefinition[] = definitions

export type ReportCommandName = (typeof definitions)[number]['id'] extends `report.${infer N}` ? N : never

/** What each command does now, and whether it can; those that a window does not have are left out. */
export type ReportRuns = Partial<Record<ReportCommandName, { run(): void; enabled?: boolean }>>

/** The commands with what they do. */
export const reportCommands = (runs: ReportRuns): Command[] =>
  definitions.flatMap((definition) => {
    const found = runs[definition.id.slice('report.'.length) as ReportCommandName]
    return found ? [{ ...definition, run: found.run, enabled: found.enabled ?? true }] : []
  })
