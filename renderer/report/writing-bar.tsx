/** What can be done to the text, with its keys: marks, lists, undo, quoting what was measured. */
import { ActionIcon, Tooltip } from '@mantine/core'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBold,
  IconItalic,
  IconList,
  IconListNumbers,
  IconPhotoStar,
  IconRuler2,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettingsIfLoaded } from '../services/settings.ts'
import { CommandKeys } from '../shell/command-keys.tsx'
import { keysOf } from '../shell/use-commands.ts'
import type { EditorHandle } from './editor/handle.ts'
import classes from './report.module.css'
import { reportCommandDefinitions } from './report-commands.ts'

interface WritingBarProps {
  handle: EditorHandle | null
  onMeasurement(): void
  onKeyImage(): void
}

export function WritingBar({ handle, onMeasurement, onKeyImage }: WritingBarProps) {
  const { t } = useTranslation()
  const changed = useSettingsIfLoaded()?.keys
  const keys = (id: string) => {
    const command = reportCommandDefinitions.find((definition) => definition.id === `report.${id}`)
    return command ? keysOf(command, changed).slice(0, 1) : []
  }
  const button = (label: string, shown: readonly string[], icon: ReactNode, run: () => void) => (
    <Tooltip
      label={
        <>
          {label} <CommandKeys keys={shown} />
        </>
      }
    >
      {/* The caret stays in the text. */}
      <ActionIcon
        size="sm"
        aria-label={label}
        onMouseDown={(event) => event.preventDefault()}
        onClick={run}
        disabled={!handle}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  )
  const size = { size: 16, stroke: 1.6 }
  return (
    <div className={classes.writing} role="toolbar" aria-label={t('report:writing.label')}>
      {button(t('report:writing.undo'), ['Mod+Z'], <IconArrowBackUp {...size} />, () => handle?.undo())}
      {button(t('report:writing.redo'), ['Mod+Shift+Z'], <IconArrowForwardUp {...size} />, () => handle?.redo())}
      <span className={classes.gap} />
      {button(t('report:writing.bold'), ['Mod+B'], <IconBold {...size} />, () => handle?.toggleMark('bold'))}
      {button(t('report:writing.italic'), ['Mod+I'], <IconItalic {...size} />, () => handle?.toggleMark('italic'))}
      {button(t('report:commands.bullets'), keys('bullets'), <IconList {...size} />, () => handle?.toggleList(false))}
      {button(t('report:commands.numbers'), keys('numbers'), <IconListNumbers {...size} />, () =>
        handle?.toggleList(true),
      )}
      <span className={classes.gap} />
      {button(
        t('report:commands.insertMeasurement'),
        keys('insertMeasurement'),
        <IconRuler2 {...size} />,
        onMeasurement,
      )}
      {button(t('report:commands.markKeyImage'), keys('markKeyImage'), <IconPhotoStar {...size} />, onKeyImage)}
    </div>
  )
}
