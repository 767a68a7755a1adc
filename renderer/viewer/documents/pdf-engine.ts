/**
 * PDF.js as this program uses it: its worker, character maps, fonts and codecs come from our own files, and nothing in a document runs:
 * no scripts, no forms to fill in, no links, no XFA.
 */
import {
  AnnotationMode,
  GlobalWorkerOptions,
  getDocument,
  InvalidPDFException,
  type PDFDocumentProxy,
  type PDFPageProxy,
  TextLayer,
} from 'pdfjs-dist'
import workerAddress from 'pdfjs-dist/build/pdf.worker.min.mjs?url&no-inline'

GlobalWorkerOptions.workerSrc = workerAddress

/** Addresses of the files that PDF.js asks for by name; never inlined, as the security policy lets nothing be fetched from `data:`. */
const files: Record<string, string> = import.meta.glob(
  [
    '../../../node_modules/pdfjs-dist/cmaps/*.bcmap',
    '../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
    '../../../node_modules/pdfjs-dist/wasm/*.wasm',
  ],
  { query: '?url&no-inline', import: 'default', eager: true },
)

const addresses = new Map(
  Object.entries(files).map(([path, address]) => [path.slice(path.lastIndexOf('/') + 1), address]),
)

/** Answers the worker's questions for such a file. */
class OwnFiles {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const address = addresses.get(filename)
    if (address === undefined) throw new Error('no such file')
    const answer = await fetch(address)
    if (!answer.ok) throw new Error('no such file')
    return new Uint8Array(await answer.arrayBuffer())
  }
}

/** Why a PDF cannot be opened. */
export type PdfFault = 'encrypted' | 'broken'

export const pdfFault = (error: unknown): PdfFault | null => {
  if (error instanceof Error && error.name === 'PasswordException') return 'encrypted'
  return error instanceof InvalidPDFException || (error instanceof Error && /^(Format|Unknown)/.test(error.name))
    ? 'broken'
    : null
}

/** Opens a document; the bytes are handed over. `close` frees its worker. */
export function openPdf(bytes: Uint8Array): { document: Promise<PDFDocumentProxy>; close(): void } {
  const task = getDocument({
    data: bytes,
    BinaryDataFactory: OwnFiles,
    useWorkerFetch: false,
    // Only tell PDF.js that these exist: the names are looked up in our table.
    cMapUrl: './',
    cMapPacked: true,
    standardFontDataUrl: './',
    wasmUrl: './',
    isEvalSupported: false,
    enableXfa: false,
    stopAtErrors: false,
    useSystemFonts: false,
    maxImageSize: 64 * 1024 * 1024,
    verbosity: 0,
  })
  return { document: task.promise, close: () => void task.destroy() }
}

/** Longest side of a page in device pixels. */
const LARGEST = 6_000

/** Draws a page and lays its text over it, to be selected; `scale` in CSS pixels per point. Resolves when drawn; the signal stops it. */
export async function drawPage(
  page: PDFPageProxy,
  scale: number,
  canvas: HTMLCanvasElement,
  text: HTMLElement,
  signal: AbortSignal,
): Promise<void> {
  const viewport = page.getViewport({ scale })
  const side = Math.max(viewport.width, viewport.height)
  const density = Math.min(globalThis.devicePixelRatio || 1, LARGEST / side)
  canvas.width = Math.floor(viewport.width * density)
  canvas.height = Math.floor(viewport.height * density)
  canvas.style.width = `${viewport.width}px`
  canvas.style.height = `${viewport.height}px`
  const drawing = page.render({
    canvas,
    viewport,
    // Appearances are drawn, so that a filled-in form says what it says; nothing of it can be clicked.
    annotationMode: AnnotationMode.ENABLE,
    transform: [density, 0, 0, density, 0, 0],
  })
  const stop = () => drawing.cancel()
  signal.addEventListener('abort', stop)
  try {
    await drawing.promise
  } finally {
    signal.removeEventListener('abort', stop)
  }
  if (signal.aborted) return
  text.replaceChildren()
  text.style.setProperty('--total-scale-factor', String(scale))
  await new TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport }).render()
}
