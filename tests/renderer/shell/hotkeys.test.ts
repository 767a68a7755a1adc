import { afterEach, describe, expect, it } from 'vitest'
import {
  belongsToElement,
  combinationOf,
  digitOf,
  formatCombination,
  type KeyPress,
  parseCombination,
  sameCombination,
} from '../../../renderer/shell/hotkeys.ts'

const press = (key: string, more: Partial<KeyPress> & { altGraph?: boolean } = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  getModifierState: (name: string) => name === 'AltGraph' && more.altGraph === true,
  ...more,
})

const types = (event: KeyPress, text: string): boolean => {
  const typed = combinationOf(event, false)
  return typed !== null && sameCombination(parseCombination(text), typed)
}

describe('key combinations', () => {
  it.each(['Mod+K', 'Shift+ArrowUp', '?', '/', 'Space', 'Mod+Alt+Shift+F5', '+', 'Mod++', 'Mod+,'])(
    '%s reads and writes as itself',
    (text) => {
      expect(formatCombination(parseCombination(text))).toBe(text)
    },
  )

  it('find ? and / on an AZERTY keyboard, where they need Shift', () => {
    expect(types(press('?', { code: 'KeyM', shiftKey: true }), '?')).toBe(true)
    expect(types(press('/', { code: 'Period', shiftKey: true }), '/')).toBe(true)
  })

  it('follow the letter that is printed, not its place', () => {
    expect(types(press('a', { code: 'KeyQ' }), 'A')).toBe(true)
    expect(types(press('q', { code: 'KeyA' }), 'A')).toBe(false)
  })

  it('tell a letter with Shift from one without', () => {
    expect(types(press('N', { shiftKey: true }), 'Shift+N')).toBe(true)
    expect(types(press('N', { shiftKey: true }), 'N')).toBe(false)
  })

  it('take AltGr as what it types, though Windows reports Ctrl+Alt', () => {
    expect(types(press('[', { ctrlKey: true, altKey: true, altGraph: true }), '[')).toBe(true)
  })

  it('let the bare digit row of an AZERTY keyboard stand for its digits', () => {
    const typed = digitOf(press('&', { code: 'Digit1' }), false)
    expect(typed && sameCombination(typed, parseCombination('1'))).toBe(true)
    expect(digitOf(press('1', { code: 'Digit1' }), false)).toBeNull()
  })

  it('ignore modifiers alone and dead keys', () => {
    expect([press('Shift'), press('Dead'), press('AltGraph')].map((event) => combinationOf(event, false))).toEqual([
      null,
      null,
      null,
    ])
  })

  it('use the command key on a Mac', () => {
    expect(combinationOf(press('k', { metaKey: true }), true)?.mod).toBe(true)
    expect(combinationOf(press('k', { ctrlKey: true }), true)?.mod).toBe(false)
  })
})

describe('a focused element', () => {
  // The document is the next file's too.
  afterEach(() => document.body.replaceChildren())
  const within = (html: string, key: string) => {
    document.body.innerHTML = html
    return belongsToElement(document.querySelector('[data-here]'), parseCombination(key))
  }
  it('keeps letters to a text field, but not the palette key', () => {
    expect([
      within('<input data-here>', 'K'),
      within('<input data-here>', 'Mod+K'),
      within('<input data-here>', 'Mod+C'),
    ]).toEqual([true, false, true])
  })
  it('keeps Enter and Space to a button, but not other keys', () => {
    expect(['Enter', 'Space', 'A'].map((key) => within('<button data-here>x</button>', key))).toEqual([
      true,
      true,
      false,
    ])
  })
  it('keeps every key to an open dialog', () => {
    expect(within('<div role="dialog"><p data-here>x</p></div>', 'ArrowDown')).toBe(true)
  })
})
