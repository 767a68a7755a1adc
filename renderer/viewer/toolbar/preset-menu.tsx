/** Windows to choose from: those that the image brings, and for Hounsfield units those that every radiologist knows. */
import { Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { displayText } from '../../../main/dicom/index.ts'
import { useSettingsIfLoaded } from '../../services/settings.ts'
import { CommandKeys } from '../../shell/command-keys.tsx'
import type { Command } from '../../shell/commands.ts'
import { keysOf } from '../../shell/use-commands.ts'
import type { DisplaySet, View, ViewportState } from '../engine/engine.ts'
import { useWriting } from '../use-writing.ts'
import { ctWindowPresets, presetOf, storedWindows } from '../window-presets.ts'
import classes from './tool-bar.module.css'

interface Props {
  commands: readonly Command[]
  view: View | undefined
  displaySet: DisplaySet | undefined
  painted: ViewportState | null
}

/** The button says the name of the window that is painted. */
export function PresetMenu({ commands, view, displaySet, painted }: Props) {
  const w = useWriting()
  const changed = useSettingsIfLoaded()?.keys
  const keys = (id: string) => {
    const command = commands.find((candidate) => candidate.id === id)
    return command ? <CommandKeys keys={keysOf(command, changed).slice(0, 1)} /> : null
  }
  const frame = painted?.frame ?? displaySet?.frames[painted?.imageIndex ?? 0] ?? null
  const header = frame ? displaySet?.headers.get(frame.instanceKey) : undefined
  const stored = header && frame ? storedWindows(header, frame.frame) : []
  const isHU = painted?.unit === 'HU'
  const current = isHU && painted?.voi && !painted.voi.table?.isApplied ? presetOf(painted.voi) : undefined
  const figures = (window: { center: number; width: number }) =>
    w.t('overlay.window', { width: w.number(window.width), center: w.number(window.center) })
  return (
    <Menu position="bottom-start" width={300} returnFocus={false}>
      <Menu.Target>
        <Tooltip position="right" label={w.t('toolbar.windows')}>
          <UnstyledButton className={`${classes.button} ${classes.wide}`} aria-label={w.t('toolbar.windows')}>
            <span>{current ? w.t(`presets.${current.name}`) : w.t('toolbar.window')}</span>
            <IconChevronDown size={13} />
          </UnstyledButton>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {stored.length > 0 && <Menu.Label>{w.t('toolbar.storedWindows')}</Menu.Label>}
        {stored.map((window, position) => (
          <Menu.Item
            // biome-ignore lint/suspicious/noArrayIndexKey: an image may state the same window twice
            key={position}
            onClick={() => view?.setVoi(window.center, window.width)}
            rightSection={position === 0 ? keys('viewer.storedWindow') : undefined}
          >
            {displayText(window.explanation, 40) || w.t('toolbar.storedWindow', { number: position + 1 })}
            <span className={classes.figures}>{figures(window)}</span>
          </Menu.Item>
        ))}
        <Menu.Label>{isHU ? w.t('toolbar.ctWindows') : w.t('toolbar.noCtWindows')}</Menu.Label>
        {isHU &&
          ctWindowPresets.map((preset) => (
            <Menu.Item
              key={preset.name}
              onClick={() => view?.setVoi(preset.center, preset.width)}
              rightSection={keys(`viewer.preset.${preset.name}`)}
              data-current={current === preset || undefined}
            >
              {w.t(`presets.${preset.name}`)}
              <span className={classes.figures}>{figures(preset)}</span>
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}
