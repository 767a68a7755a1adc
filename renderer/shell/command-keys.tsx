/** A key combination as the person's keyboard names it. */
import { Kbd } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './command-keys.module.css'
import { isMac, parseCombination } from './hotkeys.ts'

const NAMED = new Set([
  'Space',
  'Enter',
  'Escape',
  'Tab',
  'Backspace',
  'Delete',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
])

/** The parts of a combination, named in the language spoken. */
export function keyNames(text: string, t: (key: string) => string, mac: boolean = isMac()): string[] {
  const { key, mod, shift, alt } = parseCombination(text)
  return [
    mod && (mac ? '⌘' : 'Ctrl'),
    alt && (mac ? '⌥' : 'Alt'),
    shift && t('common:key.Shift'),
    NAMED.has(key) ? t(`common:key.${key}`) : key.length === 1 ? key.toUpperCase() : key,
  ].filter((part) => part !== false)
}

/** Shows combinations side by side. */
export function CommandKeys({ keys }: { keys: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <span className={classes.keys}>
      {keys.map((text) => (
        <span key={text} className={classes.combination}>
          {keyNames(text, t).map((name) => (
            <Kbd key={name} size="xs">
              {name}
            </Kbd>
          ))}
        </span>
      ))}
    </span>
  )
}
