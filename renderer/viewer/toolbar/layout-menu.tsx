/** The choice of a grid, drawn as grids. */
import { Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Command } from '../../shell/commands.ts'
import { useReading } from '../reading-context.ts'
import { type LayoutName, layoutNames, layouts } from '../reading-state.ts'
import { useWriting } from '../use-writing.ts'
import classes from './tool-bar.module.css'

export function LayoutMenu({ commands }: { commands: readonly Command[] }) {
  const { t } = useTranslation()
  const { state } = useReading()
  const w = useWriting()
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <Tooltip position="right" label={w.t('toolbar.layout')}>
          <UnstyledButton className={`${classes.button} ${classes.wide}`} aria-label={w.t('toolbar.layout')}>
            <LayoutSign layout={state.layout} />
            <IconChevronDown size={13} />
          </UnstyledButton>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {layoutNames.map((layout) => {
          const command = commands.find(({ id }) => id === `viewer.layout${layout}`)
          return (
            command && (
              <Menu.Item key={layout} leftSection={<LayoutSign layout={layout} />} onClick={command.run}>
                {t(command.titleKey)}
              </Menu.Item>
            )
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}

function LayoutSign({ layout }: { layout: LayoutName }) {
  const { rows, columns } = layouts[layout]
  return (
    <svg
      width="20"
      height="16"
      viewBox="0 0 20 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      aria-hidden="true"
    >
      <rect x="1" y="1" width="18" height="14" rx="1.5" />
      {columns > 1 && <path d="M10 1v14" />}
      {rows > 1 && <path d="M1 8h18" />}
    </svg>
  )
}
