/** The keys of the measuring cursor: only there while it is, and then before the screen's own. */
import type { Command, CommandDefinition } from '../../shell/commands.ts'
import type { Direction } from './keyboard-measuring.ts'

/** Pixels of a large step. */
const LARGE = 10

const steps = [
  { name: 'left', direction: 'left', pixels: 1, key: 'ArrowLeft' },
  { name: 'right', direction: 'right', pixels: 1, key: 'ArrowRight' },
  { name: 'up', direction: 'up', pixels: 1, key: 'ArrowUp' },
  { name: 'down', direction: 'down', pixels: 1, key: 'ArrowDown' },
  { name: 'farLeft', direction: 'left', pixels: LARGE, key: 'Shift+ArrowLeft' },
  { name: 'farRight', direction: 'right', pixels: LARGE, key: 'Shift+ArrowRight' },
  { name: 'farUp', direction: 'up', pixels: LARGE, key: 'Shift+ArrowUp' },
  { name: 'farDown', direction: 'down', pixels: LARGE, key: 'Shift+ArrowDown' },
] as const satisfies readonly { name: string; direction: Direction; pixels: number; key: string }[]

const definition = (name: string, ...keys: string[]): CommandDefinition => ({
  id: `measuring.${name}`,
  titleKey: `viewer:measuring.commands.${name}`,
  groupKey: 'viewer:groups.measuring',
  keys,
})

export const measuringCommandDefinitions: readonly CommandDefinition[] = [
  ...steps.map(({ name, key }) => definition(name, key)),
  definition('set', 'Enter', 'Space'),
  definition('cancel', 'Escape'),
]

/** The commands with what they do. */
export const measuringCommands = (
  move: (direction: Direction, pixels: number) => void,
  set: () => void,
  cancel: () => void,
): readonly Command[] => [
  ...steps.map(({ name, key, direction, pixels }) => ({
    ...definition(name, key),
    run: () => move(direction, pixels),
  })),
  { ...definition('set', 'Enter', 'Space'), run: set },
  { ...definition('cancel', 'Escape'), run: cancel },
]
