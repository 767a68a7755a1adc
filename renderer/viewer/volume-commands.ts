/**
 * The commands of a volume rendering. They have a scope of their own, so that they may take the keys of commands that only images have: the
 * digits, the arrows, the pages.
 */
import type { Command, CommandDefinition } from '../shell/commands.ts'

const command = <N extends string>(name: N, ...keys: string[]) => ({
  id: `volume.${name}` as const,
  titleKey: `rendering:commands.${name}`,
  groupKey: 'rendering:group',
  keys,
})

const definitions = [
  command('preset.bone', '1'),
  command('preset.skin', '2'),
  command('preset.vessels', '3'),
  command('preset.lung', '4'),
  command('preset.softTissue', '5'),
  command('preset.mip', '6'),
  command('preset.tissue', '7'),
  command('preset.angio', '8'),
  command('anterior', 'Shift+A'),
  command('posterior', 'Shift+P'),
  command('left', 'Shift+L'),
  command('right', 'Shift+R'),
  command('superior', 'Shift+H'),
  command('inferior', 'Shift+F'),
  command('turnLeft', 'ArrowLeft'),
  command('turnRight', 'ArrowRight'),
  command('turnUp', 'ArrowUp'),
  command('turnDown', 'ArrowDown'),
  command('rollLeft', 'Mod+ArrowLeft'),
  command('rollRight', 'Mod+ArrowRight'),
  command('thresholdUp', 'PageUp'),
  command('thresholdDown', 'PageDown'),
  command('opaquer', 'Shift+PageUp'),
  command('clearer', 'Shift+PageDown'),
] as const

/** Everything that is done to a volume rendering beside zoom, fit and reset, in the order of the key overlay. */
export const volumeCommandDefinitions: readonly CommandDefinition[] = definitions

export type VolumeCommandName = (typeof definitions)[number]['id'] extends `volume.${infer N}` ? N : never

/** What each command does now, and whether it can. */
export type VolumeRuns = Record<VolumeCommandName, { run(): void; enabled?: boolean }>

/** The commands with what they do. */
export const volumeCommands = (runs: VolumeRuns): Command[] =>
  definitions.map((definition) => {
    const { run, enabled = true } = runs[definition.id.slice('volume.'.length) as VolumeCommandName]
    return { ...definition, run, enabled }
  })
