/** Three planes of one volume: the plane in which it was acquired is large, the other two stand beside it. */
import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { DisplaySet, Plane, View } from '../engine/engine.ts'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import { useLoad } from '../viewport/use-load.ts'
import { followSize } from '../viewport/use-mounted-view.ts'
import { ViewportNotices } from '../viewport/viewport-notices.tsx'
import { ViewportOverlay } from '../viewport/viewport-overlay.tsx'
import { useViewState } from '../views.ts'
import { acquisitionPlane, planesFrom } from './planes.ts'
import { takeFocusFromCanvas } from './take-focus.ts'
import classes from './viewport-grid.module.css'

/** Mounts the three planes; `startIndex` is the image the crosshairs start in. */
export function MprGrid({ displaySet, startIndex }: { displaySet: DisplaySet; startIndex: number }) {
  const { engine, views, dispatch, positions, state } = useReading()
  const w = useWriting()
  const hosts = useRef<Partial<Record<Plane, HTMLDivElement>>>({})
  const latest = useRef(displaySet)
  latest.current = displaySet
  const [mounted, setMounted] = useState<Record<Plane, View> | null>(null)
  const [hasFailed, setHasFailed] = useState(false)
  const [active, setActive] = useState<Plane>(() => acquisitionPlane(displaySet))
  const { displaySetId } = displaySet
  const order = planesFrom(acquisitionPlane(displaySet))

  useEffect(() => {
    const { axial, coronal, sagittal } = hosts.current
    if (!axial || !coronal || !sagittal) return
    let isLeft = false
    const cleanups: (() => void)[] = []
    engine.mountMpr({ axial, coronal, sagittal }, latest.current, startIndex).then(
      (planes) => {
        const release = () => {
          for (const view of Object.values(planes)) view.destroy()
        }
        if (isLeft) return release()
        cleanups.push(release)
        for (const plane of ['axial', 'coronal', 'sagittal'] as const) {
          const view = planes[plane]
          cleanups.push(
            followSize({ axial, coronal, sagittal }[plane], view),
            view.subscribe(() => {
              const index = view.stackIndex()
              if (index !== null) positions.set(displaySetId, index)
            }),
          )
          views.set(plane, view)
          cleanups.push(() => views.remove(plane, view))
        }
        setMounted(planes)
      },
      () => !isLeft && setHasFailed(true),
    )
    return () => {
      isLeft = true
      for (const cleanUp of cleanups.reverse()) cleanUp()
      setMounted(null)
    }
  }, [engine, views, positions, displaySetId, startIndex])

  useEffect(() => {
    const view = mounted?.[active]
    if (!view) return
    views.set('active-plane', view)
    return () => views.remove('active-plane', view)
  }, [views, mounted, active])

  return (
    <div className={classes.mpr}>
      {order.map((plane) => (
        <section
          key={plane}
          className={classes.cell}
          aria-label={w.t(`plane.${plane}`)}
          data-active={active === plane}
          tabIndex={-1}
          onFocus={takeFocusFromCanvas}
          onPointerDownCapture={() => setActive(plane)}
          onWheelCapture={() => setActive(plane)}
        >
          <div
            className={classes.canvas}
            data-tool={state.tool}
            data-viewport={plane}
            ref={(element) => {
              if (element) hosts.current[plane] = element
            }}
          />
          {mounted && <PlaneOverlay view={mounted[plane]} displaySet={displaySet} isLarge={plane === order[0]} />}
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

function PlaneOverlay({ view, displaySet, isLarge }: { view: View; displaySet: DisplaySet; isLarge: boolean }) {
  const { engine } = useReading()
  const state = useViewState(view)
  const load = useLoad(engine, displaySet.displaySetId)
  if (!state) return null
  return (
    <>
      <ViewportOverlay view={view} state={state} displaySet={displaySet} load={load.state} isCompact={!isLarge} />
      {isLarge && <ViewportNotices displaySet={displaySet} />}
    </>
  )
}
