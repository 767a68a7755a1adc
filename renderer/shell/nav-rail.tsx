/** The rail at the left: the program's pages, and the way to the keys. */
import { ActionIcon, Stack, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconArrowsUpDown,
  IconCommand,
  IconDatabase,
  IconKeyboard,
  IconListDetails,
  IconSettings,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useWorkspace } from '../services/workspace.ts'
import { Brand } from '../ui/brand.tsx'
import classes from './nav-rail.module.css'

function RailButton(props: { label: string; active: boolean; onClick(): void; children: ReactNode }) {
  return (
    <Tooltip label={props.label} position="right">
      <UnstyledButton
        className={classes.button}
        aria-label={props.label}
        aria-current={props.active ? 'page' : undefined}
        onClick={props.onClick}
      >
        {props.children}
      </UnstyledButton>
    </Tooltip>
  )
}

export function NavRail({ onPalette, onKeys }: { onPalette(): void; onKeys(): void }) {
  const { t } = useTranslation()
  const screen = useWorkspace((state) => state.screen.name)
  const go = useWorkspace((state) => state.go)
  return (
    <nav className={classes.rail} aria-label={t('shell:rail')}>
      <div className={classes.brand}>
        <Brand size={24} />
      </div>
      <RailButton
        label={t('shell:pages.studies')}
        active={screen === 'studies' || screen === 'reading'}
        onClick={() => go({ name: 'studies' })}
      >
        <IconListDetails size={20} stroke={1.6} />
      </RailButton>
      <RailButton
        label={t('shell:pages.archive')}
        active={screen === 'archive'}
        onClick={() => go({ name: 'archive', section: 'search', PatientID: '' })}
      >
        <IconArrowsUpDown size={20} stroke={1.6} />
      </RailButton>
      <RailButton
        label={t('shell:pages.storage')}
        active={screen === 'storage'}
        onClick={() => go({ name: 'storage', section: 'space' })}
      >
        <IconDatabase size={20} stroke={1.6} />
      </RailButton>
      <Stack gap={4} mt="auto" align="center">
        <Tooltip label={t('shell:palette.title')} position="right">
          <ActionIcon onClick={onPalette} aria-label={t('shell:palette.title')} size={32}>
            <IconCommand size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('shell:keys.title')} position="right">
          <ActionIcon onClick={onKeys} aria-label={t('shell:keys.title')} size={32}>
            <IconKeyboard size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <RailButton
          label={t('shell:pages.settings')}
          active={screen === 'settings'}
          onClick={() => go({ name: 'settings', group: null })}
        >
          <IconSettings size={20} stroke={1.6} />
        </RailButton>
      </Stack>
    </nav>
  )
}
