/** The viewing engine: everything that the reading screen may use of this folder. */
import { createEngine, type EngineOptions } from './create-engine.ts'
import type { ViewerEngine } from './engine.ts'

export { buildDisplaySets } from './display-sets.ts'
export { prepareRenderingEngine } from './spare-rendering-engine.ts'

const fetchPixels: EngineOptions['fetchPixels'] = (body, signal) =>
  fetch('/pixels', { method: 'POST', body, signal, headers: { 'content-type': 'application/json' } })

/** Starts an engine on this page; `options` replace the station's pixel route in tests. */
export const createViewerEngine = (options: Partial<EngineOptions> = {}): Promise<ViewerEngine> =>
  createEngine({ fetchPixels, ...options })
