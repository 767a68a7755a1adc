/** The part of the tool bar that a volume rendering has in place of the image tools: preset, side, threshold and opacity. */
import { Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { IconBrightnessDown, IconBrightnessUp, IconChevronDown, IconStackPop, IconStackPush } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettingsIfLoaded } from '../../services/settings.ts'
import { CommandKeys } from '../../shell/command-keys.tsx'
import type { Command } from '../../shell/commands.ts'
import { keysOf } from '../../shell/use-commands.ts'
import type { RenderingState } from '../engine/engine.ts'
import type { VolumeCommandName } from '../volume-commands.ts'
import classes from './tool-bar.module.css'
import { ToolButton } from './tool-button.tsx'

const SIZE = { size: 19, stroke: 1.6 } as const
const sides = ['anterior', 'posterior', 'left', 'right', 'superior', 'inferior'] as const

/** `commands` are those of the rendering as registered. */
export function RenderingTools({ commands, rendering }: { commands: readonly Command[]; rendering: RenderingState }) {
  const { t } = useTranslation('rendering')
  const find = (name: VolumeCommandName) => commands.find(({ id }) => id === `volume.${name}`)
  const button = (name: VolumeCommandName, icon: ReactNode) => {
    const command = find(name)
    return command && <ToolButton command={command} icon={icon} />
  }
  const items = (names: readonly VolumeCommandName[]) => names.flatMap((name) => find(name) ?? [])
  return (
    <>
      <div className={classes.group}>
        <Choice
          label={t('toolbar.presets')}
          current={t(`presets.${rendering.preset}`)}
          commands={items(rendering.presets.map((name) => `preset.${name}` as const))}
          isCurrent={({ id }) => id === `volume.preset.${rendering.preset}`}
        />
        <Choice
          label={t('toolbar.views')}
          current={rendering.seenFrom ? t(`sides.${rendering.seenFrom}`) : t('toolbar.between')}
          commands={items(sides)}
          isCurrent={({ id }) => id === `volume.${rendering.seenFrom}`}
        />
      </div>
      <div className={classes.group}>
        {button('thresholdDown', <IconStackPush {...SIZE} />)}
        {button('thresholdUp', <IconStackPop {...SIZE} />)}
        {button('clearer', <IconBrightnessDown {...SIZE} />)}
        {button('opaquer', <IconBrightnessUp {...SIZE} />)}
      </div>
    </>
  )
}

interface ChoiceProps {
  label: string
  current: string
  commands: readonly Command[]
  isCurrent(command: Command): boolean
}

/** A button that says what is chosen, and the commands that choose another. */
function Choice({ label, current, commands, isCurrent }: ChoiceProps) {
  const { t } = useTranslation()
  const changed = useSettingsIfLoaded()?.keys
  return (
    <Menu position="bottom-start" width={280} returnFocus={false}>
      <Menu.Target>
        <Tooltip position="right" label={label}>
          <UnstyledButton className={`${classes.button} ${classes.wide}`} aria-label={`${label} : ${current}`}>
            <span>{current}</span>
            <IconChevronDown size={13} />
          </UnstyledButton>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {commands.map((command) => (
          <Menu.Item
            key={command.id}
            onClick={command.run}
            rightSection={<CommandKeys keys={keysOf(command, changed).slice(0, 1)} />}
            data-current={isCurrent(command) || undefined}
          >
            {t(command.titleKey)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
