/** Three planes of one volume: the plane in which it was acquired is large, the other two stand beside it. */
import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { DisplaySet, NoMprReason, Plane, View } from '../engine/engine.ts'
import { useReading } from '../reading-context.ts'
import type { Reconstruction } from '../reading-state.ts'
import { useWriting } from '../use-writing.ts'
import { useLoad } from '../viewport/use-load.ts'
import { followSize } from '../viewport/use-mounted-view.ts'
import { ViewportNotices } from '../viewport/viewport-notices.tsx'
import { ViewportOverlay } from '../viewport/viewport-overlay.tsx'
import { useViewState } from '../views.ts'
import { acquisitionPlane, isPlaneOfImages, planesFrom } from './planes.ts'
import { takeFocusFromCanvas } from './take-focus.ts'
import classes from './viewport-grid.module.css'

/** Mounts the three planes at the image that `reconstruction` names. */
export function MprGrid({ displaySet, reconstruction }: { displaySet: DisplaySet; reconstruction: Reconstruction }) {
  const { engine, views, dispatch, positions, state, say } = useReading()
  const w = useWriting()
  const hosts = useRef<Partial<Record<Plane, HTMLDivElement>>>({})
  const latest = useRef(displaySet)
  latest.current = displaySet
  const [mounted, setMounted] = useState<Record<Plane, View> | null>(null)
  const [hasFailed, setHasFailed] = useState(false)
  const [active, setActive] = useState<Plane>(() => acquisitionPlane(displaySet))
  const refuse = useRef((_reason: NoMprReason) => {})
  refuse.current = (reason) => {
    say({ tone: 'amber', text: w.t(`noMpr.${reason}`) })
    dispatch({ type: 'leaveMpr' })
  }
  const { displaySetId } = displaySet
  const order = planesFrom(acquisitionPlane(displaySet))

  useEffect(() => {
    const { axial, coronal, sagittal } = hosts.current
    if (!axial || !coronal || !sagittal) return
    let isLeft = false
    const cleanups: (() => void)[] = []
    engine.mountMpr({ axial, coronal, sagittal }, latest.current, reconstruction.startIndex).then(
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

/** The engine refuses with a reason that the screen has a sentence for (`MprRefused`); anything else is a failure. */
function refusalReason(cause: unknown): NoMprReason | null {
  return cause instanceof Error && cause.name === 'MprRefused' && 'reason' in cause
    ? (cause.reason as NoMprReason)
    : null
}

function PlaneOverlay({ view, displaySet, isLarge }: { view: View; displaySet: DisplaySet; isLarge: boolean }) {
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
    <>
      <ViewportOverlay view={view} state={numbered} displaySet={displaySet} load={load.state} isCompact={!isLarge} />
      {isLarge && <ViewportNotices displaySet={displaySet} />}
    </>
  )
}
