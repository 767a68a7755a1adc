/** The header browser of the painted image, over the right of the screen. */
import { Drawer } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useReading } from '../reading-context.ts'
import { useActiveView } from '../use-active-view.ts'
import { useWriting } from '../use-writing.ts'
import { useViewState } from '../views.ts'
import classes from './header-browser.module.css'
import { HeaderBrowser } from './header-browser.tsx'

/** Follows the active viewport: scrolling shows the next image's attributes. */
export function HeaderDrawer() {
  const { state, dispatch, displaySets } = useReading()
  const w = useWriting()
  const view = useActiveView()
  const painted = useViewState(view)
  const displaySet = view && displaySets.get(view.displaySetId)
  const index = view?.stackIndex() ?? painted?.imageIndex ?? 0
  const frame = painted?.frame ?? displaySet?.frames[index]
  // Not one question to the station for each image of a fast scroll.
  const [instanceKey] = useDebouncedValue(frame?.instanceKey, 150, { leading: true })
  const close = () => dispatch({ type: 'panel', panel: 'header', open: false })
  return (
    <Drawer
      opened={state.panels.header && frame !== undefined}
      onClose={close}
      position="right"
      size="min(720px, 60vw)"
      padding={0}
      withOverlay={false}
      lockScroll={false}
      transitionProps={{ duration: 100 }}
      title={frame ? w.t('header.of', { number: w.number(index + 1) }) : w.t('header.title')}
      closeButtonProps={{ 'aria-label': w.t('header.close') }}
      classNames={{ body: classes.drawerContent ?? '', header: classes.drawerHeader ?? '' }}
    >
      {instanceKey !== undefined && <HeaderBrowser instanceKey={instanceKey} autoFocus />}
    </Drawer>
  )
}
