/**
 * One viewport of stacked images. It changes the painted image only when the wanted one is there, so that overlays, measurements and
 * pixels always belong together; a frame that cannot be shown leaves the viewport black, with its reason.
 */
import { Enums, type Types } from '@cornerstonejs/core'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { calibrationOf } from './calibration.ts'
import { paddingOf, voiOfImage } from './cornerstone-image.ts'
import type { ViewportState } from './engine.ts'
import { imagePlane, imagePointOf } from './image-plane.ts'
import { lossyOf } from './lossy.ts'
import { lettersFromPatientOrientation, lettersOfView } from './orientation.ts'
import { followPointer, followWheel } from './pointer-readout.ts'
import { dot, type Vector3 } from './vectors.ts'
import { clearElement, type EngineView, type Presentation, type ViewContext } from './view-context.ts'
import { inPlane, viewGeometry } from './view-geometry.ts'
import { createViewportControls } from './viewport-controls.ts'
import { isShownInverted, pixelUnit } from './voi.ts'

const emptyState = (imageCount: number): ViewportState => ({
  imageIndex: 0,
  imageCount,
  frame: null,
  status: 'waiting',
  notDisplayable: null,
  voi: null,
  unit: '',
  invert: false,
  zoom: 1,
  rotation: 0,
  flipHorizontal: false,
  flipVertical: false,
  orientation: null,
  scale: null,
  slice: null,
  lossy: null,
  pointer: null,
})

export const createStackView = (
  id: string,
  element: HTMLDivElement,
  context: ViewContext,
  initialIndex: number,
): EngineView => {
  const { renderingEngine, store } = context
  renderingEngine.enableElement({ viewportId: id, element, type: Enums.ViewportType.STACK })
  const viewport = renderingEngine.getViewport(id) as Types.IStackViewport
  const listeners = new Set<() => void>()
  let state: ViewportState = emptyState(store.length)
  let wanted = Math.max(0, Math.min(store.length - 1, initialIndex))
  /** Name of the image in the viewport, drawn or about to be. */
  let given: string | null = null
  /** Name of the image on the screen. */
  let painted: string | null = null
  let pointer: readonly [number, number] | null = null
  let isDestroyed = false

  const indexOf = (imageId: string | null): number => store.frames.findIndex((frame) => frame.imageId === imageId)

  const givenHeader = (): ImageHeader | undefined => store.frames[indexOf(given)]?.header

  const readPointer = (index: number): ViewportState['pointer'] => {
    const frame = store.frames[index]
    const image = store.image(index)
    if (!pointer || !frame || !image) return null
    const plane = imagePlane(frame.header)
    const [x, y] = imagePointOf(plane, viewport.canvasToWorld([pointer[0], pointer[1]]))
    // Adding 0 makes 0 of −0.
    const [column, row] = [Math.round(x) + 0, Math.round(y) + 0]
    if (column < 0 || row < 0 || column >= image.columns || row >= image.rows) return null
    const values = image.getPixelData()
    const at = row * image.columns + column
    const unit = pixelUnit(frame.header)
    if (image.numberOfComponents === 3) {
      return { column, row, value: [values[3 * at] ?? 0, values[3 * at + 1] ?? 0, values[3 * at + 2] ?? 0], unit: '' }
    }
    const value = values[at] ?? null
    const [from, to] = paddingOf(image) ?? [1, 0]
    return { column, row, value: value !== null && value >= from && value <= to ? null : value, unit }
  }

  /** State of the image on the screen. */
  const paintedState = (index: number): ViewportState => {
    const frame = store.frames[index]
    const image = store.image(index)
    const geometry = viewGeometry(viewport)
    if (!frame || !image || !geometry) return { ...state, imageCount: store.length, status: 'waiting' }
    const { header } = frame
    const plane = imagePlane(header)
    const calibration = calibrationOf(header)
    const right = inPlane(geometry.right, plane.row, plane.column)
    const down = inPlane(geometry.down, plane.row, plane.column)
    const controls = viewControls.read()
    const position = header.ImagePositionPatient as Vector3 | undefined
    return {
      imageIndex: index,
      imageCount: store.length,
      frame: frame.ref,
      status: index === wanted ? 'painted' : 'waiting',
      notDisplayable: null,
      voi: image.numberOfComponents === 1 ? viewControls.voi() : null,
      unit: image.numberOfComponents === 1 ? pixelUnit(header) : '',
      ...controls,
      zoom: plane.spacing.column / geometry.unitsPerPixel,
      orientation: plane.isPlaced
        ? lettersOfView(geometry.right, geometry.down)
        : lettersFromPatientOrientation(header.PatientOrientation, right, down),
      scale: calibration && {
        mmPerPixel:
          geometry.unitsPerPixel *
          Math.hypot(
            (right[0] / plane.spacing.column) * calibration.column,
            (right[1] / plane.spacing.row) * calibration.row,
          ),
        source: calibration.source,
      },
      slice:
        plane.isPlaced && position
          ? { location: dot(position, plane.normal), thickness: header.SliceThickness ?? null }
          : null,
      lossy: lossyOf(header),
      pointer: readPointer(index),
    }
  }

  const publish = (): void => {
    if (isDestroyed) return
    const frame = store.frames[wanted]
    if (frame?.state === 'failed') {
      state = {
        ...emptyState(store.length),
        imageIndex: wanted,
        frame: frame.ref,
        status: 'not-displayable',
        notDisplayable: frame.reason,
      }
    } else {
      const index = painted === null ? -1 : indexOf(painted)
      state = index === -1 ? { ...emptyState(store.length), imageIndex: wanted } : paintedState(index)
    }
    for (const listener of [...listeners]) listener()
  }

  const viewControls = createViewportControls(viewport, {
    publish,
    isInverted: () => isShownInverted(givenHeader()),
    initialVoi: () => {
      const image = store.image(indexOf(given))
      return image ? voiOfImage(image) : null
    },
    tableSpan: () => {
      const image = store.image(indexOf(given))
      return image ? { min: image.minPixelValue, max: image.maxPixelValue } : null
    },
  })

  /** The viewport is black while the wanted frame cannot be shown. */
  const cover = (isCovered: boolean): void => {
    for (const child of element.children) {
      if (child instanceof HTMLElement) child.style.visibility = isCovered ? 'hidden' : ''
    }
  }

  const give = async (index: number, imageId: string): Promise<void> => {
    const isFirst = given === null
    given = imageId
    if (isFirst || viewport.getImageIds().length !== store.length) {
      const names = store.frames.map((frame) => frame.imageId)
      await viewport.setStack(names, index)
      viewControls.apply()
    } else {
      await viewport.setImageIdIndex(index)
      viewControls.applyVoi()
    }
    if (!isDestroyed) viewport.render()
  }

  /** Brings the wanted image to the screen when it is there. */
  const advance = (): void => {
    if (isDestroyed) return
    const frame = store.frames[wanted]
    cover(frame?.state === 'failed')
    if (frame?.state === 'loaded' && given !== frame.imageId) void give(wanted, frame.imageId)
    publish()
  }

  const want = (index: number): void => {
    const next = Math.max(0, Math.min(store.length - 1, index))
    if (next === wanted) return
    wanted = next
    store.setWanted(next)
    advance()
  }

  const onRendered = (): void => {
    const image = viewport.getCornerstoneImage() as Types.IImage | undefined
    const before = painted
    if (image) painted = image.imageId
    publish()
    if (painted !== null && (before !== painted || before === null)) context.painted(view)
    // A newer wish may have come while this one was on its way.
    const frame = store.frames[wanted]
    if (frame?.state === 'loaded' && given !== frame.imageId) advance()
  }

  const stops = [
    store.subscribe((index) => {
      if (index === wanted) advance()
      else if (state.imageCount !== store.length) publish()
    }),
    followPointer(element, (place) => {
      pointer = place
      publish()
    }),
    followWheel(element, (steps) => want(wanted + steps)),
  ]
  const onFocus = (): void => context.focused(view)
  element.addEventListener(Enums.Events.IMAGE_RENDERED, onRendered)
  element.addEventListener(Enums.Events.CAMERA_MODIFIED, publish)
  element.addEventListener(Enums.Events.VOI_MODIFIED, publish)
  element.addEventListener('pointerdown', onFocus)

  const view: EngineView = {
    id,
    element,
    get displaySetId() {
      return store.displaySet.displaySetId
    },
    plane: null,
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    scrollTo: want,
    scrollBy: (images) => want(wanted + images),
    ...viewControls.actions,
    stackIndex: () => (store.length > 0 ? wanted : null),
    resize() {
      context.resizeStacks()
      publish()
    },
    presentation: (): Presentation => ({ imageIndex: wanted, ...viewControls.presentation() }),
    present(presentation) {
      viewControls.present(presentation)
      want(presentation.imageIndex)
      publish()
    },
    redraw: () => viewport.render(),
    update() {
      const shown = painted ?? given
      const index = shown === null ? -1 : indexOf(shown)
      // The image that is being read stays, whatever place it has now.
      if (index !== -1 && state.status === 'painted') wanted = index
      wanted = Math.max(0, Math.min(store.length - 1, wanted))
      store.setWanted(wanted)
      if (given !== null) viewControls.keep()
      given = null
      advance()
    },
    destroy() {
      isDestroyed = true
      for (const stop of stops) stop()
      element.removeEventListener(Enums.Events.IMAGE_RENDERED, onRendered)
      element.removeEventListener(Enums.Events.CAMERA_MODIFIED, publish)
      element.removeEventListener(Enums.Events.VOI_MODIFIED, publish)
      element.removeEventListener('pointerdown', onFocus)
      cover(false)
      context.detach(view, element)
      renderingEngine.disableElement(id)
      clearElement(element)
      listeners.clear()
    },
  }
  context.attach(view, element)
  store.setWanted(wanted)
  advance()
  return view
}
