/**
 * A rendering engine made ahead of its use. Its graphics context and shaders take longer than the first image itself, so they are made
 * while the reader still looks at the study list; without that, or while one is in use, a new one is made when it is asked for.
 */
import { cache, Enums, eventTarget, RenderingEngine, type Types } from '@cornerstonejs/core'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { makeImage, metadataModule } from './cornerstone-image.ts'
import { addImageSource, startCornerstone } from './cornerstone-start.ts'
import { imageScheme } from './image-id.ts'

const side = 16
/** How long the first drawing is waited for, ms. */
const LONGEST = 5000

const header: ImageHeader = {
  instanceKey: 0,
  StudyInstanceUID: '',
  SeriesInstanceUID: '',
  SOPInstanceUID: '',
  SOPClassUID: '',
  TransferSyntaxUID: '',
  notDisplayable: null,
  NumberOfFrames: 1,
  Rows: side,
  Columns: side,
  Modality: 'CT',
  WindowCenter: [0],
  WindowWidth: [100],
}

let made = 0
const make = (): RenderingEngine => new RenderingEngine(`astreinte-${++made}`)

let spare: Promise<RenderingEngine> | null = null

/** Draws one image that nobody sees: what it takes to draw 16-bit grey images is compiled by that. */
const drawOnce = async (engine: RenderingEngine): Promise<void> => {
  const viewportId = `${engine.id}-first`
  const imageId = `${imageScheme}:${viewportId}`
  const values = new Int16Array(side * side)
  const image = makeImage(imageId, header, { values, components: 1, min: 0, max: 0, padding: null })
  const removeSource = addImageSource({
    load: () => Promise.resolve(image),
    metadata: (module, id) => (id === imageId ? metadataModule(module, header, 'Int16Array', 1) : undefined),
  })
  const element = document.createElement('div')
  element.style.cssText = `position:fixed;left:-${2 * side}px;top:0;width:${side}px;height:${side}px;visibility:hidden`
  document.body.append(element)
  try {
    engine.enableElement({ viewportId, element, type: Enums.ViewportType.STACK })
    const viewport = engine.getViewport(viewportId) as Types.IStackViewport
    await viewport.setStack([imageId])
    const drawn = new Promise((resolve) => {
      element.addEventListener(Enums.Events.IMAGE_RENDERED, resolve, { once: true })
      // A hidden window draws nothing: whoever waits for the engine is not kept.
      setTimeout(resolve, LONGEST)
    })
    viewport.render()
    await drawn
  } finally {
    engine.disableElement(viewportId)
    element.remove()
    if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId, { force: true })
    removeSource()
  }
}

/** A spare one that lost its graphics context is of no use. */
const onContextLost = async (event: Event): Promise<void> => {
  const lost = spare
  const engine = await lost?.catch(() => null)
  const { renderingEngineId } = (event as CustomEvent<{ renderingEngineId: string }>).detail
  if (engine?.id !== renderingEngineId || spare !== lost) return
  spare = null
  engine.destroy()
}

const makeWarm = async (): Promise<RenderingEngine> => {
  await startCornerstone()
  eventTarget.addEventListener(Enums.Events.WEBGL_CONTEXT_LOST, onContextLost)
  const engine = make()
  // A picture that fails to be drawn here is no reason to have no engine.
  await drawOnce(engine).catch(() => undefined)
  return engine
}

/** Makes the engine that the next study will be read with; nothing when there is one already. */
export const prepareRenderingEngine = async (): Promise<void> => {
  if (spare) return
  spare = makeWarm()
  await spare.catch(() => {
    spare = null
  })
}

/** The engine that was prepared, else a new one. Whoever takes it destroys it. */
export const takeRenderingEngine = async (): Promise<RenderingEngine> => {
  const prepared = spare
  spare = null
  return (await prepared?.catch(() => null)) ?? make()
}
