/** The commands of the reading screen by name, with their keys: for the palette, the key overlay, the settings and the tool bar. */
import type { Command, CommandDefinition } from '../shell/commands.ts'
import { ctWindowPresets } from './window-presets.ts'

type Group = 'tools' | 'navigation' | 'window' | 'display' | 'layout' | 'study'

const command = <N extends string>(group: Group, name: N, ...keys: string[]) => ({
  id: `viewer.${name}` as const,
  titleKey: `viewer:commands.${name}`,
  groupKey: `viewer:groups.${group}`,
  keys,
})

const definitions = [
  command('tools', 'windowLevel', 'W'),
  command('tools', 'scroll', 'S'),
  command('tools', 'pan', 'P'),
  command('tools', 'zoom', 'Z'),
  command('tools', 'length', 'L'),
  command('tools', 'ellipticalROI', 'E'),
  command('tools', 'crosshairs', 'X'),
  command('tools', 'placePoint', 'Enter', 'Space'),
  command('tools', 'grabHandle', 'G'),
  command('navigation', 'previousImage', 'ArrowUp', 'ArrowLeft'),
  command('navigation', 'nextImage', 'ArrowDown', 'ArrowRight'),
  command('navigation', 'pageBack', 'PageUp'),
  command('navigation', 'pageForward', 'PageDown'),
  command('navigation', 'firstImage', 'Home'),
  command('navigation', 'lastImage', 'End'),
  command('navigation', 'previousSeries', 'Shift+ArrowLeft', 'Shift+ArrowUp'),
  command('navigation', 'nextSeries', 'Shift+ArrowRight', 'Shift+ArrowDown'),
  command('navigation', 'nextViewport', 'N'),
  command('navigation', 'previousViewport', 'Shift+N'),
  command('navigation', 'cine', 'C'),
  command('navigation', 'linkScroll', 'Shift+S'),
  command('window', 'storedWindow', '0'),
  ...ctWindowPresets.map((preset) => command('window', `preset.${preset.name}` as const, preset.key)),
  command('display', 'invert', 'I'),
  command('display', 'rotateRight', 'R'),
  command('display', 'rotateLeft', 'Shift+R'),
  command('display', 'flipHorizontal', 'H'),
  command('display', 'flipVertical', 'V'),
  command('display', 'zoomIn', 'Mod+ArrowUp'),
  command('display', 'zoomOut', 'Mod+ArrowDown'),
  command('display', 'fit', 'F'),
  command('display', 'reset', 'O'),
  command('layout', 'mpr', 'M'),
  command('layout', 'volume', 'Y'),
  command('layout', 'volumeBeside', 'Shift+Y'),
  command('layout', 'nextLayout', 'D'),
  command('layout', 'layout1x1'),
  command('layout', 'layout1x2'),
  command('layout', 'layout2x1'),
  command('layout', 'layout2x2'),
  command('layout', 'strip', 'B'),
  command('layout', 'measurements', 'J'),
  command('layout', 'overlays', 'A'),
  command('study', 'olderStudy', 'Alt+ArrowDown'),
  command('study', 'newerStudy', 'Alt+ArrowUp'),
  command('study', 'compare', 'Shift+D'),
  command('study', 'stopComparing', 'Alt+D'),
  command('study', 'header', 'T'),
  command('study', 'nextMeasurement', 'U'),
  command('study', 'previousMeasurement', 'Shift+U'),
  command('study', 'deleteMeasurement', 'Delete', 'Backspace'),
  command('study', 'undoDelete', 'Mod+Z'),
  command('study', 'close', 'Escape'),
] as const

/** Everything that the reading screen can do, in the order of the key overlay. */
export const viewerCommandDefinitions: readonly CommandDefinition[] = definitions

export type ViewerCommandName = (typeof definitions)[number]['id'] extends `viewer.${infer N}` ? N : never

/** What each command does now, and whether it can. */
export type ViewerRuns = Record<ViewerCommandName, { run(): void; enabled?: boolean }>

/** The commands with what they do. */
export const viewerCommands = (runs: ViewerRuns): Command[] =>
  definitions.map((definition) => {
    const { run, enabled = true } = runs[definition.id.slice('viewer.'.length) as ViewerCommandName]
    return { ...definition, run, enabled }
  })
