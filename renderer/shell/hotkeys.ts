/**
 * Key combinations as text (`Mod+K`, `Shift+ArrowUp`, `?`) and how a key press is matched with them: by what the key types, not by its
 * place, so that an AZERTY keyboard finds `?` and letters where they are printed.
 */

export interface KeyCombination {
  /** As in KeyboardEvent.key; a letter in lower case; `Space` for the space bar. */
  key: string
  /** Ctrl, on a Mac ⌘. */
  mod: boolean
  shift: boolean
  alt: boolean
}

/** What is read of a KeyboardEvent. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'> &
  Partial<Pick<KeyboardEvent, 'getModifierState'>>

export const isMac = (platform: string = globalThis.navigator?.platform ?? ''): boolean =>
  /^(mac|iphone|ipad)/i.test(platform)

const isLetter = (key: string): boolean => key.length === 1 && key.toLowerCase() !== key.toUpperCase()
/** A sign or digit: whether Shift is needed to type it depends on the keyboard, so Shift says nothing. */
const isSign = (key: string): boolean => key.length === 1 && !isLetter(key) && key !== ' '

const normalKey = (key: string): string => {
  if (key === ' ' || key.toLowerCase() === 'space') return 'Space'
  return key.length === 1 ? key.toLowerCase() : key
}

/** Reads `Mod+Shift+K`; the last part is the key, also when it is `+`. */
export function parseCombination(text: string): KeyCombination {
  const parts =
    text.endsWith('++') || text === '+' ? [...text.slice(0, -1).split('+').filter(Boolean), '+'] : text.split('+')
  const key = normalKey(parts.at(-1) ?? '')
  const modifiers = parts.slice(0, -1).map((part) => part.trim().toLowerCase())
  return { key, mod: modifiers.includes('mod'), shift: modifiers.includes('shift'), alt: modifiers.includes('alt') }
}

/** Writes a combination in the notation of {@link parseCombination}. */
export function formatCombination({ key, mod, shift, alt }: KeyCombination): string {
  const shown = isLetter(key) ? key.toUpperCase() : key
  return [mod && 'Mod', alt && 'Alt', shift && !isSign(key) && 'Shift', shown].filter(Boolean).join('+')
}

/** The combination that a key press types; null for a modifier alone or a dead key. */
export function combinationOf(press: KeyPress, mac: boolean = isMac()): KeyCombination | null {
  if (
    ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified'].includes(press.key)
  )
    return null
  // AltGr types a character of its own; Windows reports it as Ctrl+Alt.
  const altGr = press.getModifierState?.('AltGraph') ?? false
  const key = normalKey(press.key)
  return {
    key,
    mod: !altGr && (mac ? press.metaKey : press.ctrlKey),
    shift: press.shiftKey && !isSign(press.key),
    alt: !altGr && press.altKey,
  }
}

/** On an AZERTY digit row a digit needs Shift: the bare key stands for its digit too, where nothing claims its own sign. */
export function digitOf(press: KeyPress, mac: boolean = isMac()): KeyCombination | null {
  const digit = /^Digit(\d)$/.exec(press.code)?.[1]
  const typed = combinationOf(press, mac)
  return digit === undefined || typed === null || typed.key === digit ? null : { ...typed, key: digit, shift: false }
}

/** Whether two combinations are the same key press. */
export const sameCombination = (a: KeyCombination, b: KeyCombination): boolean =>
  a.key === b.key && a.mod === b.mod && a.alt === b.alt && (a.shift === b.shift || isSign(a.key))

const EDITING = new Set(['a', 'c', 'v', 'x', 'z', 'y', 'Backspace', 'Delete', 'ArrowLeft', 'ArrowRight', 'Home', 'End'])

/** Whether the element with the focus wants this key for itself: text fields, pressed buttons, open dialogs and menus. */
export function belongsToElement(target: EventTarget | null, { key, mod, alt }: KeyCombination): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('[role="dialog"],[role="menu"],[role="listbox"]')) return true
  if (
    target.closest(
      'input:not([type="checkbox"],[type="radio"],[type="button"]),textarea,select,[contenteditable="true"]',
    )
  )
    return !(mod || alt || /^F\d+$/.test(key)) || EDITING.has(key)
  if (target.closest('button,a[href],summary,[role="button"],[role="tab"],[role="switch"],[role="menuitem"],input'))
    return key === 'Enter' || key === 'Space'
  return target.closest('[role="slider"],[role="separator"],[role="radiogroup"]') !== null && key.startsWith('Arrow')
}
