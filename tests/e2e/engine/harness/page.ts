/** The page that the engine's browser tests drive: it shows the engine alone, without the reading screen. */
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { createDecoderPool } from '../../../../renderer/viewer/engine/decode/decoder-pool.ts'
import type { DisplaySet, View, ViewerEngine } from '../../../../renderer/viewer/engine/engine.ts'
import { buildDisplaySets, createViewerEngine } from '../../../../renderer/viewer/engine/index.ts'

import { PixelError } from '../../../../renderer/viewer/engine/pixel-error.ts'
import { framePixels } from '../../../../renderer/viewer/engine/pixel-values.ts'

export interface Harness {
  createViewerEngine: typeof createViewerEngine
  buildDisplaySets: typeof buildDisplaySets
  /** What a test keeps between its steps. */
  engine: ViewerEngine
  sets: DisplaySet[]
  views: Record<string, View>
  element(id: string): HTMLDivElement
  /** Red, green, blue of the drawn picture at CSS pixels of a viewport. */
  pixel(id: string, x: number, y: number): number[]
  /** Lets the graphics card drop every context of the page, as a driver reset does. */
  loseContext(): void
  contextsLost: number
  /** Values of one compressed frame (base64), through the workers. */
  decode(header: ImageHeader, frame: string): Promise<{ values: number[] } | { reason: string }>
}

declare global {
  interface Window {
    harness: Harness
  }
}

const element = (id: string): HTMLDivElement => {
  const found = document.getElementById(id)
  if (!(found instanceof HTMLDivElement)) throw new Error(`no viewport ${id}`)
  return found
}

let decoders: ReturnType<typeof createDecoderPool> | null = null

const contexts: WebGL2RenderingContext[] = []
const getContext = HTMLCanvasElement.prototype.getContext
HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...rest: unknown[]) {
  const context: unknown = Reflect.apply(getContext, this, rest)
  if (context instanceof WebGL2RenderingContext && !contexts.includes(context)) contexts.push(context)
  return context
} as typeof getContext

window.harness = {
  createViewerEngine: async (options) => {
    const engine = await createViewerEngine({
      onContextLost: () => {
        window.harness.contextsLost++
      },
      ...options,
    })
    engine.setMeasurementText(({ length, roi }) =>
      length ? [`${length.value} ${length.unit}`] : [`mean ${roi?.mean} ${roi?.unit}`],
    )
    return engine
  },
  buildDisplaySets,
  engine: undefined as unknown as ViewerEngine,
  sets: [],
  views: {},
  element,
  pixel(id, x, y) {
    const canvas = element(id).querySelector('canvas')
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return []
    const ratio = canvas.width / canvas.clientWidth
    return Array.from(context.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data.slice(0, 3))
  },
  loseContext() {
    for (const context of contexts) context.getExtension('WEBGL_lose_context')?.loseContext()
  },
  contextsLost: 0,
  async decode(header, frame) {
    decoders ??= createDecoderPool()
    const bytes = Uint8Array.from(atob(frame), (letter) => letter.charCodeAt(0))
    try {
      const samples = await decoders.decode(header, bytes)
      return { values: Array.from(framePixels(header, samples).values) }
    } catch (error) {
      return { reason: error instanceof PixelError ? error.reason : String(error) }
    }
  },
}
