/** A button of the tool bar: an icon, its key in the corner, its name on hover. */
import { Tooltip, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettingsIfLoaded } from '../../services/settings.ts'
import { CommandKeys, keyNames } from '../../shell/command-keys.tsx'
import type { Command } from '../../shell/commands.ts'
import { keysOf } from '../../shell/use-commands.ts'
import classes from './tool-bar.module.css'

interface Props {
  command: Command
  icon: ReactNode
  /** For a button that stays pressed. */
  pressed?: boolean
  /** Why it cannot be used, or what it would do, in place of its name alone. */
  note?: string
}

/** Runs `command`; disabled when the command is. */
export function ToolButton({ command, icon, pressed, note }: Props) {
  const { t } = useTranslation()
  const keys = keysOf(command, useSettingsIfLoaded()?.keys)
  const [first] = keys
  const names = first ? keyNames(first, t) : []
  return (
    <Tooltip
      position="bottom"
      label={
        <span className={classes.tip}>
          <span>{t(command.titleKey)}</span>
          <CommandKeys keys={keys.slice(0, 1)} />
          {note && <span className={classes.note}>{note}</span>}
        </span>
      }
    >
      <UnstyledButton
        className={classes.button}
        aria-label={t(command.titleKey)}
        aria-keyshortcuts={first?.replace('Mod', 'Control')}
        aria-pressed={pressed}
        aria-disabled={command.enabled === false || undefined}
        onClick={() => command.enabled !== false && command.run()}
        // The keys go on to the viewport after a click.
        onMouseDown={(event) => event.preventDefault()}
      >
        {icon}
        {names.length === 1 && names[0]?.length === 1 && (
          <span className={classes.key} aria-hidden>
            {names[0]}
          </span>
        )}
      </UnstyledButton>
    </Tooltip>
  )
}
