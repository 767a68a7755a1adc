import { render } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { type Command, useCommandRegistry } from '../../../renderer/shell/commands.ts'
import { commandFor, commandsByPriority, useCommands } from '../../../renderer/shell/use-commands.ts'

const command = (id: string, keys: string[], run: () => void = () => {}, enabled = true): Command => ({
  id,
  titleKey: id,
  groupKey: id,
  keys,
  run,
  enabled,
})
const key = (text: string) => new KeyboardEvent('keydown', { key: text })

function Screen({ scope, commands }: { scope: string; commands: Command[] }) {
  useCommands(scope, commands)
  return null
}

afterEach(() => useCommandRegistry.setState({ scopes: new Map() }))

describe('commands', () => {
  it('of the screen win over those of the shell, whoever was mounted first', () => {
    const { setScope } = useCommandRegistry.getState()
    setScope('studies', [command('studies.x', ['X'])])
    setScope('shell', [command('shell.x', ['X'])])
    expect(commandFor(key('x'), commandsByPriority(useCommandRegistry.getState().scopes))?.id).toBe('studies.x')
  })

  it('are not run while they are disabled: the next one that claims the key is', () => {
    const commands = [command('a.x', ['X'], () => {}, false), command('b.x', ['X'])]
    expect(commandFor(key('x'), commands)?.id).toBe('b.x')
  })

  it('follow the keys that a person changed, and no longer the default ones', () => {
    const commands = [command('a.x', ['X'])]
    const changed = { 'a.x': ['Y'] }
    expect([commandFor(key('y'), commands, changed)?.id, commandFor(key('x'), commands, changed)]).toEqual([
      'a.x',
      undefined,
    ])
  })

  it('run what the last render said, and go with their screen', () => {
    const runs: number[] = []
    const screen = render(<Screen scope="one" commands={[command('one.x', ['X'], () => runs.push(1))]} />)
    screen.rerender(<Screen scope="one" commands={[command('one.x', ['X'], () => runs.push(2))]} />)
    useCommandRegistry.getState().scopes.get('one')?.[0]?.run()
    screen.unmount()
    expect({ runs, scopes: [...useCommandRegistry.getState().scopes.keys()] }).toEqual({ runs: [2], scopes: [] })
  })
})
