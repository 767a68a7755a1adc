/** The page that the engine's browser tests drive: it shows the engine alone, without the reading screen. */
import type { DisplaySet, View, ViewerEngine } from '../../../../renderer/viewer/engine/engine.ts'
import { buildDisplaySets, createViewerEngine } from '../../../../renderer/viewer/engine/index.ts'

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

window.harness = {
  createViewerEngine,
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
}
