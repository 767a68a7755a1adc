/** An encapsulated PDF: its pages one at a time, with keys for pages and zoom; text can be selected. */
import { ActionIcon, Loader, Tooltip } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowsMaximize,
  IconChevronLeft,
  IconChevronRight,
  IconMinus,
  IconPlus,
} from '@tabler/icons-react'
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useWriting } from '../use-writing.ts'
import classes from './document.module.css'
import { drawPage, openPdf, pdfFault } from './pdf-engine.ts'
import { readDocument, refusalWords } from './read-document.ts'

type Opened = { kind: 'opening' } | { kind: 'open'; document: PDFDocumentProxy } | { kind: 'failed'; words: string }

const ZOOM_STEP = 1.25
/** CSS pixels per point. */
const ZOOM = { least: 0.2, most: 6 }

export function PdfPage({ instanceKey }: { instanceKey: number }) {
  const w = useWriting()
  const opened = useDocument(instanceKey)
  if (opened.kind === 'opening') return <Loader size="sm" m="auto" aria-label={w.t('documents.pdfView.opening')} />
  if (opened.kind === 'failed') return <Failure>{w.t(opened.words)}</Failure>
  return <Pages document={opened.document} />
}

function useDocument(instanceKey: number): Opened {
  const [opened, setOpened] = useState<Opened>({ kind: 'opening' })
  useEffect(() => {
    const left = new AbortController()
    let close: () => void = () => undefined
    const open = async () => {
      const bytes = await readDocument(instanceKey, left.signal)
      if (left.signal.aborted) return
      const opening = openPdf(bytes)
      close = opening.close
      const document = await opening.document
      if (!left.signal.aborted) setOpened({ kind: 'open', document })
    }
    open().catch((error: unknown) => {
      if (left.signal.aborted) return
      const fault = pdfFault(error)
      setOpened({ kind: 'failed', words: fault ? `documents.pdfView.${fault}` : refusalWords(error) })
    })
    return () => {
      left.abort()
      close()
      setOpened({ kind: 'opening' })
    }
  }, [instanceKey])
  return opened
}

function Pages({ document }: { document: PDFDocumentProxy }) {
  const w = useWriting()
  const scroller = useRef<HTMLElement>(null)
  const [number, setNumber] = useState(1)
  /** CSS pixels per point; null: fits the width. */
  const [zoom, setZoom] = useState<number | null>(null)
  const [shownZoom, setShownZoom] = useState(1)
  const total = document.numPages
  const go = (to: number) => {
    setNumber(Math.max(1, Math.min(total, to)))
    if (scroller.current) scroller.current.scrollTop = 0
  }
  const zoomBy = (factor: number) => setZoom(Math.max(ZOOM.least, Math.min(ZOOM.most, shownZoom * factor)))
  const acts: Record<string, () => void> = {
    PageDown: () => go(number + 1),
    PageUp: () => go(number - 1),
    ArrowRight: () => go(number + 1),
    ArrowLeft: () => go(number - 1),
    Home: () => go(1),
    End: () => go(total),
    '+': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(1 / ZOOM_STEP),
    '0': () => setZoom(null),
  }
  const press = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey ? undefined : acts[event.key]
    if (!act) return
    // The screen's own commands have some of these keys.
    event.preventDefault()
    act()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the document, wherever the focus is in it
    <div className={classes.pdf} onKeyDown={press}>
      <div className={classes.pdfBar} role="toolbar" aria-label={w.t('documents.pdfView.label')}>
        <Tool label={w.t('documents.pdfView.previous')} onClick={() => go(number - 1)} disabled={number === 1}>
          <IconChevronLeft size={16} />
        </Tool>
        <span role="status">{w.t('documents.pdfView.page', { number: w.number(number), total: w.number(total) })}</span>
        <Tool label={w.t('documents.pdfView.next')} onClick={() => go(number + 1)} disabled={number === total}>
          <IconChevronRight size={16} />
        </Tool>
        <Tool label={w.t('documents.pdfView.zoomOut')} onClick={() => zoomBy(1 / ZOOM_STEP)}>
          <IconMinus size={16} />
        </Tool>
        <Tool label={w.t('documents.pdfView.zoomIn')} onClick={() => zoomBy(ZOOM_STEP)}>
          <IconPlus size={16} />
        </Tool>
        <Tool label={w.t('documents.pdfView.fit')} onClick={() => setZoom(null)}>
          <IconArrowsMaximize size={16} />
        </Tool>
      </div>
      <section
        ref={scroller}
        className={classes.pdfScroller}
        data-selectable
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={w.t('documents.pdfView.page', { number, total })}
      >
        <Page key={number} document={document} number={number} zoom={zoom} onZoom={setShownZoom} />
      </section>
    </div>
  )
}

interface PageProps {
  document: PDFDocumentProxy
  number: number
  zoom: number | null
  onZoom(zoom: number): void
}

function Page({ document, number, zoom, onZoom }: PageProps) {
  const w = useWriting()
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const text = useRef<HTMLDivElement>(null)
  const [page, setPage] = useState<PDFPageProxy | null>(null)
  const [isBroken, setIsBroken] = useState(false)
  const width = useWidth(frame)
  useEffect(() => {
    let isLeft = false
    document.getPage(number).then(
      (found) => !isLeft && setPage(found),
      () => !isLeft && setIsBroken(true),
    )
    return () => {
      isLeft = true
    }
  }, [document, number])
  useEffect(() => {
    const [onto, over] = [canvas.current, text.current]
    if (!page || !onto || !over || width === 0) return
    const left = new AbortController()
    const fit = Math.min(ZOOM.most, width / page.getViewport({ scale: 1 }).width)
    const scale = zoom ?? fit
    onZoom(scale)
    drawPage(page, scale, onto, over, left.signal).catch(() => !left.signal.aborted && setIsBroken(true))
    return () => left.abort()
  }, [page, width, zoom, onZoom])
  return (
    <div ref={frame} className={classes.pdfFrame}>
      {isBroken ? (
        <Failure>{w.t('documents.pdfView.brokenPage')}</Failure>
      ) : (
        <div className={classes.pdfPage}>
          <canvas ref={canvas} data-pdf-page={number} />
          <div ref={text} className={classes.pdfText} />
        </div>
      )}
    </div>
  )
}

/** Width that the page may take, CSS pixels; 0 before it is known. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const host = element.current
    if (!host) return
    const measure = () => setWidth(host.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(host)
    return () => observer.disconnect()
  }, [element])
  return width
}

interface ToolProps {
  label: string
  disabled?: boolean
  onClick(): void
  children: ReactNode
}

function Tool({ label, disabled = false, onClick, children }: ToolProps) {
  return (
    <Tooltip label={label} position="bottom">
      <ActionIcon onClick={onClick} disabled={disabled} aria-label={label}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

function Failure({ children }: { children: ReactNode }) {
  return (
    <p className={classes.failure} role="alert">
      <IconAlertTriangle size={16} aria-hidden />
      {children}
    </p>
  )
}
