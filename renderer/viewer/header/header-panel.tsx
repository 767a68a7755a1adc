/** The header browser of the painted image, docked at the right so that patient and image stay in sight. */
import { CloseButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { shownDocument, useDocumentChoice } from '../documents/document-choice.ts'
import { useReading } from '../reading-context.ts'
import { isSameContent } from '../reading-state.ts'
import { useActiveView } from '../use-active-view.ts'
import { useWriting } from '../use-writing.ts'
import { useViewState } from '../views.ts'
import classes from './header-browser.module.css'
import { HeaderBrowser } from './header-browser.tsx'

/** Follows the active viewport: scrolling shows the next image's attributes. Escape closes it, also from its search field. */
export function HeaderPanel() {
  const { dispatch, displaySets, items, state } = useReading()
  const { chosen } = useDocumentChoice()
  const w = useWriting()
  const view = useActiveView()
  const painted = useViewState(view)
  const displaySet = view && displaySets.get(view.displaySetId)
  const index = view?.stackIndex() ?? painted?.imageIndex ?? 0
  const frame = painted?.frame ?? displaySet?.frames[index]
  // Not one question to the station for each image of a fast scroll.
  const [paintedKey] = useDebouncedValue(frame?.instanceKey, 150, { leading: true })
  const content = state.mpr ? null : state.cells[state.active]
  const item = items.find((one) => one.kind === 'document' && isSameContent(one.content, content))
  const instanceKey = item?.kind === 'document' ? shownDocument(item, chosen)?.instanceKey : paintedKey
  const close = () => dispatch({ type: 'panel', panel: 'header', open: false })
  return (
    <aside
      className={classes.panel}
      aria-label={w.t('header.title')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        close()
      }}
    >
      <header className={classes.panelHeader}>
        <h2>{frame ? w.t('header.of', { number: w.number(index + 1) }) : w.t('header.title')}</h2>
        <CloseButton size="sm" onClick={close} aria-label={w.t('header.close')} />
      </header>
      {instanceKey === undefined ? (
        <p className={classes.message}>{w.t('header.noImage')}</p>
      ) : (
        <HeaderBrowser instanceKey={instanceKey} autoFocus />
      )}
    </aside>
  )
}
