import { describe, expect, it } from 'vitest'
import { commandCatalogue } from '../../../renderer/settings/command-catalogue.ts'
import { conflictsOf } from '../../../renderer/settings/key-conflicts.ts'
import { keysOf } from '../../../renderer/shell/use-commands.ts'

const define = (id: string, ...keys: string[]) => ({ id, titleKey: id, groupKey: id, keys })
const commands = [define('shell.palette', 'Mod+K'), define('viewer.invert', 'I'), define('studies.next', 'ArrowDown')]
const ids = (id: string, key: string, changed = {}) => conflictsOf(id, key, commands, changed).map((one) => one.id)

describe('a key that is already taken', () => {
  it('is a conflict on the same screen and with the shell', () => {
    expect([ids('viewer.reset', 'I'), ids('viewer.reset', 'Mod+K'), ids('shell.keys', 'I')]).toEqual([
      ['viewer.invert'],
      ['shell.palette'],
      ['viewer.invert'],
    ])
  })
  it('is none on another screen, nor for its own command, nor once it was given away', () => {
    expect([
      ids('studies.open', 'I'),
      ids('viewer.invert', 'I'),
      ids('viewer.reset', 'I', { 'viewer.invert': ['U'] }),
    ]).toEqual([[], [], []])
  })
})

describe('the default keys', () => {
  it('do not conflict with each other', () => {
    const found = commandCatalogue.flatMap((command) =>
      keysOf(command).flatMap((key) =>
        conflictsOf(command.id, key, commandCatalogue, {}).map((other) => `${key}: ${command.id} / ${other.id}`),
      ),
    )
    expect(found).toEqual([])
  })
  it('are named by unique ids', () => {
    expect(new Set(commandCatalogue.map(({ id }) => id)).size).toBe(commandCatalogue.length)
  })
})
