/** The mouse: one tool on the left button, pan on the middle one, zoom on the right one; ours move what views show, never the viewport behind their back. */
import {
  addTool,
  annotation,
  BaseTool,
  CrosshairsTool,
  EllipticalROITool,
  Enums,
  LengthTool,
  PanTool,
  ToolGroupManager,
  type Types,
  ZoomTool,
} from '@cornerstonejs/tools'
import type { ToolName } from './engine.ts'
import type { EngineView } from './view-context.ts'

/** The view of an element, whichever engine mounted it. */
const views = new WeakMap<Element, EngineView>()
export const viewOfElement = (element: Element): EngineView | undefined => views.get(element)

type Drag = { detail: { element: HTMLDivElement; deltaPoints: { canvas: [number, number] } } }

type Placed = { detail: { element: HTMLDivElement; currentPoints: { world: [number, number, number] } } }

/** Right widens the window, down darkens; one window width per viewport dragged across. */
class WindowLevelDragTool extends BaseTool {
  static override toolName = 'AstreinteWindowLevel'
  constructor() {
    super({}, { supportedInteractionTypes: ['Mouse', 'Touch'] })
  }
  mouseDragCallback({ detail: { element, deltaPoints } }: Drag): void {
    const view = viewOfElement(element)
    const voi = view?.state().voi
    if (!view || !voi) return
    const [dx, dy] = deltaPoints.canvas
    const step = Math.max(voi.width, 1e-4) / 300
    view.setVoi(voi.center + dy * step, Math.max(voi.width + dx * step, step))
  }
  touchDragCallback(event: Drag): void {
    this.mouseDragCallback(event)
  }
}

/** The whole stack lies between top and bottom of the viewport, at least four pixels an image. */
class ScrollDragTool extends BaseTool {
  static override toolName = 'AstreinteScroll'
  rest = 0
  constructor() {
    super({}, { supportedInteractionTypes: ['Mouse', 'Touch'] })
  }
  mouseDragCallback({ detail: { element, deltaPoints } }: Drag): void {
    const view = viewOfElement(element)
    if (!view) return
    const pixelsPerImage = Math.min(20, Math.max(4, element.clientHeight / Math.max(8, view.state().imageCount)))
    this.rest += deltaPoints.canvas[1]
    const images = Math.trunc(this.rest / pixelsPerImage)
    this.rest -= images * pixelsPerImage
    if (images !== 0) view.scrollBy(images)
  }
  touchDragCallback(event: Drag): void {
    this.mouseDragCallback(event)
  }
}

/**
 * Puts the crosshairs where the pointer is: the other planes go to the slices through that place. (Cornerstone's own tool moves planes only
 * where it may turn them too; here the planes stay those they are named after, and it only draws the lines.)
 */
class CrosshairsPlaceTool extends BaseTool {
  static override toolName = 'AstreinteCrosshairs'
  constructor() {
    super({}, { supportedInteractionTypes: ['Mouse', 'Touch'] })
  }
  place({ detail: { element, currentPoints } }: Placed): void {
    const [x, y, z] = currentPoints.world
    viewOfElement(element)?.meetAt?.([x, y, z])
  }
  preMouseDownCallback(event: Placed): boolean {
    this.place(event)
    return false
  }
  mouseDragCallback(event: Placed): void {
    this.place(event)
  }
  touchDragCallback(event: Placed): void {
    this.place(event)
  }
}

/** Cornerstone's line, without its own figures: ours are drawn beside it. */
class MeasuredLengthTool extends LengthTool {
  static override toolName = 'Length'
  override _calculateCachedStats(): object {
    return {}
  }
}

/** What Cornerstone's drawing tools have in common: `cancel` completes what is being drawn. */
interface DrawingTool {
  isDrawing?: boolean
  cancel(element: HTMLDivElement): unknown
}

export const annotationTools = { length: 'Length', ellipticalROI: 'EllipticalROI' } as const

const toolNames: Readonly<Record<ToolName, string>> = {
  windowLevel: WindowLevelDragTool.toolName,
  pan: PanTool.toolName,
  zoom: ZoomTool.toolName,
  scroll: ScrollDragTool.toolName,
  crosshairs: CrosshairsPlaceTool.toolName,
  ...annotationTools,
}

/** Measurements are the reader's own: teal, brighter when touched; text in the interface's type. */
const look = {
  color: 'rgb(94, 204, 196)',
  colorHighlighted: 'rgb(190, 245, 240)',
  colorSelected: 'rgb(190, 245, 240)',
  lineWidth: '1.5',
  textBoxColor: 'rgb(94, 204, 196)',
  textBoxColorHighlighted: 'rgb(190, 245, 240)',
  textBoxColorSelected: 'rgb(190, 245, 240)',
  textBoxFontFamily: 'Inter Variable, Inter, sans-serif',
  textBoxFontSize: '12px',
  textBoxLinkLineWidth: '1',
  // On bone as on air: light text on its own dark ground.
  textBoxBackground: 'rgba(0, 0, 0, 0.78)',
  textBoxBorderRadius: '3',
  textBoxMargin: '4',
}

let isRegistered = false
/** Makes the tools known to Cornerstone, once per page. */
export const registerTools = (): void => {
  if (isRegistered) return
  isRegistered = true
  for (const tool of [
    WindowLevelDragTool,
    ScrollDragTool,
    PanTool,
    ZoomTool,
    MeasuredLengthTool,
    EllipticalROITool,
    CrosshairsTool,
    CrosshairsPlaceTool,
  ]) {
    addTool(tool)
  }
  const styles = annotation.config.style
  styles.setDefaultToolStyles({
    ...styles.getDefaultToolStyles(),
    global: { ...styles.getDefaultToolStyles().global, ...look },
  })
}

export interface ToolBench {
  attach(view: EngineView, element: HTMLDivElement): void
  detach(view: EngineView, element: HTMLDivElement): void
  /** The crosshairs need all three planes: called once they show their volume. */
  startCrosshairs(): void
  setPrimary(tool: ToolName): void
  destroy(): void
}

export interface ToolBenchOptions {
  id: string
  renderingEngineId: string
  hasCrosshairs: boolean
  /** Lines of text beside a measurement. */
  textLines: (data: object) => string[]
  /** Colour of a plane's line in the other planes. */
  planeColour?: (viewportId: string) => string
}

const annotationConfiguration = (textLines: (data: object) => string[]): object => ({
  calculateStats: false,
  getTextLines: textLines,
  shadow: true,
})

const preventMenu = (event: Event): void => event.preventDefault()

/** A group of viewports that share their tools. */
export const createToolBench = (options: ToolBenchOptions): ToolBench => {
  const { id, renderingEngineId, hasCrosshairs, textLines, planeColour } = options
  const created: Types.IToolGroup | undefined = ToolGroupManager.createToolGroup(id)
  if (!created) throw new Error(`tool group ${id} exists already`)
  const group = created
  let primary: ToolName = 'windowLevel'
  let isCrossing = false
  /** Where the shape that is being drawn was begun. */
  let drawnOn: HTMLDivElement | null = null
  for (const name of ['windowLevel', 'scroll', 'pan', 'zoom'] as const) group.addTool(toolNames[name])
  for (const name of ['length', 'ellipticalROI'] as const)
    group.addTool(toolNames[name], annotationConfiguration(textLines))

  if (hasCrosshairs) group.addTool(toolNames.crosshairs)

  const { MouseBindings } = Enums
  const bindingsOf = (tool: ToolName): { mouseButton: number }[] => [
    ...(tool === primary ? [{ mouseButton: MouseBindings.Primary }] : []),
    ...(tool === 'pan' ? [{ mouseButton: MouseBindings.Auxiliary }] : []),
    ...(tool === 'zoom' ? [{ mouseButton: MouseBindings.Secondary }] : []),
  ]

  const bind = (): void => {
    for (const tool of ['windowLevel', 'scroll', 'pan', 'zoom', 'length', 'ellipticalROI'] as const) {
      // Measurements stay visible and can be moved, whatever tool is on the button.
      const isDrawn = tool === 'length' || tool === 'ellipticalROI'
      const bindings = bindingsOf(tool)
      if (isDrawn) group.setToolPassive(toolNames[tool])
      else group.setToolDisabled(toolNames[tool])
      if (bindings.length > 0) group.setToolActive(toolNames[tool], { bindings })
    }
    if (hasCrosshairs) {
      group.setToolDisabled(toolNames.crosshairs)
      const bindings = bindingsOf('crosshairs')
      if (bindings.length > 0) group.setToolActive(toolNames.crosshairs, { bindings })
    }
    if (isCrossing) group.setToolEnabled(CrosshairsTool.toolName)
  }
  bind()

  const drawingTools = (): DrawingTool[] =>
    Object.values(annotationTools).map((name): DrawingTool => group.getToolInstance(name))

  const onPress = ({ currentTarget }: Event): void => {
    const isDrawing = drawingTools().some((tool) => tool.isDrawing)
    if (!isDrawing && currentTarget instanceof HTMLDivElement) drawnOn = currentTarget
  }

  /** What is half drawn when its tool or its viewport goes is finished as it stands: it would be on screen and never kept. */
  const finishDrawing = (): void => {
    const element = drawnOn
    if (element) for (const tool of drawingTools()) tool.cancel(element)
    drawnOn = null
  }

  return {
    attach(view, element) {
      element.addEventListener('pointerdown', onPress, true)
      // The right button zooms.
      element.addEventListener('contextmenu', preventMenu)
      views.set(element, view)
      group.addViewport(view.id, renderingEngineId)
    },
    detach(view, element) {
      if (drawnOn === element) finishDrawing()
      element.removeEventListener('pointerdown', onPress, true)
      if (views.get(element) === view) views.delete(element)
      element.removeEventListener('contextmenu', preventMenu)
      group.removeViewports(renderingEngineId, view.id)
    },
    startCrosshairs() {
      if (!hasCrosshairs || isCrossing) return
      group.addTool(CrosshairsTool.toolName, {
        getReferenceLineColor: planeColour ?? (() => 'rgb(120, 200, 200)'),
        getReferenceLineControllable: () => true,
        // The planes stay those they are named after.
        getReferenceLineDraggableRotatable: () => false,
        getReferenceLineSlabThicknessControlsOn: () => false,
      })
      isCrossing = true
      bind()
    },
    setPrimary(tool) {
      finishDrawing()
      primary = tool
      bind()
    },
    destroy() {
      ToolGroupManager.destroyToolGroup(id)
    },
  }
}
