/** A volume: in three planes, of which the one in which it was acquired is large; rendered; or both. */
import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { DisplaySet, MprElements, MprPlace, NoMprReason, View } from '../engine/engine.ts'
import { useReading } from '../reading-context.ts'
import { mprPlaces, type Reconstruction } from '../reading-state.ts'
import { refusalKey } from '../use-viewer-commands.ts'
import { useWriting } from '../use-writing.ts'
import { useLoad } from '../viewport/use-load.ts'
import { followSize } from '../viewport/use-mounted-view.ts'
import { ViewportNotices } from '../viewport/viewport-notices.tsx'
import { ViewportOverlay } from '../viewport/viewport-overlay.tsx'
import { useViewState } from '../views.ts'
import { acquisitionPlane, isPlaneOfImages, planesFrom } from './planes.ts'
import { takeFocusFromCanvas } from './take-focus.ts'
import classes from './viewport-grid.module.css'

/** Mounts the viewports at the image that `reconstruction` names. */
export function MprGrid({ displaySet, reconstruction }: { displaySet: DisplaySet; reconstruction: Reconstruction }) {
  const { engine, views, dispatch, positions, state, say } = useReading()
  const w = useWriting()
  const hosts = useRef<MprElements>({})
  const latest = useRef(displaySet)
  latest.current = displaySet
  const [mounted, setMounted] = useState<Partial<Record<MprPlace, View>> | null>(null)
  const [hasFailed, setHasFailed] = useState(false)
  const { shows } = reconstruction
  const order = placesFrom(displaySet, shows)
  const active = order.find((place) => place === state.mprPlace) ?? order[0]
  const activate = (place: MprPlace) => dispatch({ type: 'activatePlace', place })
  const refuse = useRef((_reason: NoMprReason) => {})
  refuse.current = (reason) => {
    say({ tone: 'amber', text: w.t(refusalKey(reason, shows)) })
    dispatch({ type: 'leaveMpr' })
  }
  const { displaySetId } = displaySet

  useEffect(() => {
    const elements = Object.fromEntries(
      mprPlaces(reconstruction.shows).map((place) => [place, hosts.current[place]]),
    ) as MprElements
    let isLeft = false
    const cleanups: (() => void)[] = []
    engine.mountMpr(elements, latest.current, reconstruction.startIndex).then(
      (found: Partial<Record<MprPlace, View>>) => {
        const release = () => {
          for (const view of Object.values(found)) view.destroy()
        }
        if (isLeft) return release()
        cleanups.push(release)
        for (const place of mprPlaces(reconstruction.shows)) {
          const view = found[place]
          const element = elements[place]
          if (!view || !element) continue
          cleanups.push(
            followSize(element, view),
            view.subscribe(() => {
              const index = view.stackIndex()
              if (index !== null) positions.set(displaySetId, index)
            }),
          )
          views.set(place, view)
          cleanups.push(() => views.remove(place, view))
        }
        setMounted(found)
      },
      (cause: unknown) => {
        if (isLeft) return
        const reason = refusalReason(cause)
        if (!reason) return setHasFailed(true)
        refuse.current(reason)
      },
    )
    return () => {
      isLeft = true
      for (const cleanUp of cleanups.reverse()) cleanUp()
      setMounted(null)
    }
  }, [engine, views, positions, displaySetId, reconstruction])

  useEffect(() => {
    const view = active && mounted?.[active]
    if (!view) return
    views.set('active-plane', view)
    return () => views.remove('active-plane', view)
  }, [views, mounted, active])

  return (
    <div className={classes.mpr} data-shows={shows}>
      {order.map((place) => (
        <section
          key={place}
          className={classes.cell}
          aria-label={place === 'volume' ? w.t('rendering:name') : w.t(`plane.${place}`)}
          data-active={active === place && order.length > 1}
          tabIndex={-1}
          onFocus={takeFocusFromCanvas}
          onPointerDownCapture={() => activate(place)}
          onWheelCapture={() => activate(place)}
        >
          <div
            className={classes.canvas}
            data-tool={place === 'volume' ? 'turn' : state.tool}
            data-viewport={place}
            ref={(element) => {
              if (element) hosts.current[place] = element
            }}
          />
          {mounted?.[place] && (
            <PlaceOverlay view={mounted[place]} displaySet={displaySet} isLarge={place === order[0]} />
          )}
        </section>
      ))}
      {hasFailed && (
        <div className={classes.failure} role="alert">
          <p>{w.t('viewport.mprFailed')}</p>
          <Button variant="default" onClick={() => dispatch({ type: 'leaveMpr' })}>
            {w.t('viewport.backToStack')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** The engine refuses with a reason that the screen has a sentence for (`MprRefused`); anything else is a failure. */
function refusalReason(cause: unknown): NoMprReason | null {
  return cause instanceof Error && cause.name === 'MprRefused' && 'reason' in cause
    ? (cause.reason as NoMprReason)
    : null
}

/** The places in the order of the grid: the plane of the images first. */
function placesFrom(displaySet: DisplaySet, shows: Reconstruction['shows']): readonly MprPlace[] {
  const places = mprPlaces(shows)
  return [...planesFrom(acquisitionPlane(displaySet)), 'volume' as const].filter((place) => places.includes(place))
}

function PlaceOverlay({ view, displaySet, isLarge }: { view: View; displaySet: DisplaySet; isLarge: boolean }) {
  const { engine } = useReading()
  const state = useViewState(view)
  const load = useLoad(engine, displaySet.displaySetId)
  if (!state) return null
  const stackIndex = view.stackIndex()
  const areImages =
    view.plane !== null &&
    isPlaneOfImages(displaySet, view.plane) &&
    state.imageCount === displaySet.frames.length &&
    stackIndex !== null
  const numbered = areImages ? { ...state, imageIndex: stackIndex } : state
  return (
    <ViewportOverlay view={view} state={numbered} displaySet={displaySet} load={load.state} isCompact={!isLarge}>
      {isLarge && <ViewportNotices displaySet={displaySet} failed={load.state.failed} />}
    </ViewportOverlay>
  )
}
