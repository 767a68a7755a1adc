/** The slim bar over the viewports: tools, window, display, layout, panels. Every button is a command with its key. */
import {
  IconAngle,
  IconArrowsMaximize,
  IconArrowsMove,
  IconArrowsVertical,
  IconBox,
  IconColumns2,
  IconContrast,
  IconContrastFilled,
  IconCube3dSphere,
  IconFileDescription,
  IconFlipHorizontal,
  IconFlipVertical,
  IconLayoutGridAdd,
  IconLayoutSidebar,
  IconLetterCase,
  IconLink,
  IconOval,
  IconPlayerPause,
  IconPlayerPlay,
  IconRestore,
  IconRotate2,
  IconRotateClockwise2,
  IconRuler2,
  IconTarget,
  IconZoomIn,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Command } from '../../shell/commands.ts'
import { useReading } from '../reading-context.ts'
import { cellCount } from '../reading-state.ts'
import { useActiveView } from '../use-active-view.ts'
import { useWriting } from '../use-writing.ts'
import type { ViewerCommandName } from '../viewer-commands.ts'
import { useViewState } from '../views.ts'
import { LayoutMenu } from './layout-menu.tsx'
import { PresetMenu } from './preset-menu.tsx'
import { RenderingTools } from './rendering-tools.tsx'
import classes from './tool-bar.module.css'
import { ToolButton } from './tool-button.tsx'

interface Props {
  commands: readonly Command[]
  /** Of the active volume rendering. */
  volumeCommands: readonly Command[]
  isPlaying: boolean
}

const SIZE = { size: 19, stroke: 1.6 } as const

/** `commands` are those of the reading screen as registered. */
export function ToolBar({ commands, volumeCommands, isPlaying }: Props) {
  const { state, displaySets, others } = useReading()
  const w = useWriting()
  const view = useActiveView()
  const painted = useViewState(view)
  const displaySet = view && displaySets.get(view.displaySetId)
  const button = (name: ViewerCommandName, icon: ReactNode, more: { pressed?: boolean; note?: string } = {}) => {
    const command = commands.find(({ id }) => id === `viewer.${name}`)
    return command && <ToolButton key={name} command={command} icon={icon} {...more} />
  }
  const tool = (
    name: 'windowLevel' | 'scroll' | 'pan' | 'zoom' | 'length' | 'ellipticalROI' | 'crosshairs',
    icon: ReactNode,
  ) => button(name, icon, { pressed: state.tool === name })
  const noMpr = displaySet?.noMpr
  const isManyStacks = state.mpr === null && cellCount(state.layout) > 1
  return (
    <div className={classes.bar} role="toolbar" aria-label={w.t('toolbar.label')}>
      {painted?.rendering ? (
        <RenderingTools commands={volumeCommands} rendering={painted.rendering} />
      ) : (
        <>
          <div className={classes.group}>
            {tool('windowLevel', <IconContrast {...SIZE} />)}
            {tool('scroll', <IconArrowsVertical {...SIZE} />)}
            {tool('pan', <IconArrowsMove {...SIZE} />)}
            {tool('zoom', <IconZoomIn {...SIZE} />)}
            {state.mpr && tool('crosshairs', <IconTarget {...SIZE} />)}
          </div>
          <div className={classes.group}>
            {tool('length', <IconRuler2 {...SIZE} />)}
            {tool('ellipticalROI', <IconOval {...SIZE} style={{ rotate: '90deg' }} />)}
          </div>
          <div className={classes.group}>
            <PresetMenu commands={commands} view={view} displaySet={displaySet} painted={painted} />
            {button('invert', <IconContrastFilled {...SIZE} />, { pressed: painted?.invert ?? false })}
          </div>
        </>
      )}
      <div className={classes.group}>
        {!painted?.rendering && (
          <>
            {button('rotateLeft', <IconRotate2 {...SIZE} />)}
            {button('rotateRight', <IconRotateClockwise2 {...SIZE} />)}
            {button('flipHorizontal', <IconFlipVertical {...SIZE} />, { pressed: painted?.flipHorizontal ?? false })}
            {button('flipVertical', <IconFlipHorizontal {...SIZE} />, { pressed: painted?.flipVertical ?? false })}
          </>
        )}
        {button('fit', <IconArrowsMaximize {...SIZE} />)}
        {button('reset', <IconRestore {...SIZE} />)}
      </div>
      <div className={classes.group}>
        <LayoutMenu commands={commands} />
        {button('mpr', <IconBox {...SIZE} />, {
          pressed: state.mpr !== null && state.mpr.shows !== 'volume',
          ...(noMpr ? { note: w.t(`noMpr.${noMpr}`) } : {}),
        })}
        {button('volume', <IconCube3dSphere {...SIZE} />, {
          pressed: state.mpr?.shows === 'volume',
          ...(noMpr ? { note: w.t(`rendering:refused.${noMpr}`) } : {}),
        })}
        {state.mpr && button('volumeBeside', <IconLayoutGridAdd {...SIZE} />, { pressed: state.mpr.shows === 'both' })}
        {isManyStacks && button('linkScroll', <IconLink {...SIZE} />, { pressed: state.areLinked })}
        {others.length > 0 && button('compare', <IconColumns2 {...SIZE} />, { pressed: state.comparison !== null })}
        {button('cine', isPlaying ? <IconPlayerPause {...SIZE} /> : <IconPlayerPlay {...SIZE} />, {
          pressed: isPlaying,
        })}
      </div>
      <div className={`${classes.group} ${classes.end}`}>
        {button('strip', <IconLayoutSidebar {...SIZE} />, { pressed: state.panels.strip })}
        {button('overlays', <IconLetterCase {...SIZE} />, { pressed: state.panels.overlays })}
        {button('header', <IconFileDescription {...SIZE} />, { pressed: state.panels.header })}
        {button('measurements', <IconAngle {...SIZE} />, { pressed: state.panels.measurements })}
      </div>
    </div>
  )
}
