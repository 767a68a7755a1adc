/**
 * A tagged PDF/A on A4 pages, written from top to bottom: paragraphs, boxes, pictures, each an element of the structure tree; heads and
 * feet are artifacts, put on every page at the end, when their number is known. Lengths in points.
 */
import PDFDocument from 'pdfkit'
import { createTypesetter, features, type Line, type Span } from './typesetter.ts'

export type Doc = InstanceType<typeof PDFDocument>

/** What the PDF says of itself. */
export interface PdfInfo {
  title: string
  author: string
  creator: string
  created: Date
  language: string
}

export interface TextStyle {
  size: number
  /** Height of a line over its size. */
  leading?: number
  color?: string
  indent?: number
  /** Number or bullet before the first line; the lines hang behind it. */
  label?: Span
  /** Space under it. */
  after?: number
}

const A4 = { width: 595.28, height: 841.89 }
const margin = { left: 56, right: 56, top: 52, bottom: 92 }
/** Width of what is written. */
export const contentWidth = A4.width - margin.left - margin.right
const bottom = A4.height - margin.bottom

type Structure = ReturnType<Doc['struct']>

/** Writes on; see the functions. */
export interface Pages {
  /** A paragraph or heading (`tag` of PDF 1.7 §14.8.4); begins a page where it does not fit, and keeps `keep` points under it together. */
  write(tag: 'H1' | 'H2' | 'P' | 'LI' | 'Caption', spans: readonly Span[], style: TextStyle, keep?: number): void
  /** Lines side by side in a box: each column's paragraphs. */
  columns(columns: readonly (readonly (readonly Span[])[])[], style: TextStyle): void
  /** Pictures side by side with their captions. */
  pictures(pictures: readonly CaptionedPicture[], style: TextStyle): void
  /** A frame around one line that must not be overlooked. */
  banner(spans: readonly Span[], detail: readonly Span[]): void
  rule(): void
  space(height: number): void
  /** Begins a page unless `height` points are left on this one. */
  need(height: number): void
  /** Ends the document: calls `furnish` for each page, and resolves with the bytes. */
  end(furnish: (page: number, pages: number, furniture: Furniture) => void): Promise<Uint8Array>
}

export interface CaptionedPicture {
  caption: readonly Span[]
  /** What is read out for it. */
  alternative: string
  picture: { png: Uint8Array; width: number; height: number } | null
  missing: readonly Span[]
}

/** Draws head and foot of one page. */
export interface Furniture {
  /** At most three lines; answers where they end. */
  text(spans: readonly Span[], y: number, style: TextStyle & { align?: 'left' | 'right' }): number
  rule(y: number): void
}

/** Feet begin here. */
export const footTop = bottom + 18

const defaults = { leading: 1.4, color: '#1a1a1a', indent: 0, after: 0 }
const gutter = 18

/** An empty document. */
export function createPages(info: PdfInfo): Pages {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { ...margin, bottom: 0 },
    bufferPages: true,
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    tagged: true,
    lang: info.language,
    displayTitle: true,
    font: '',
    // Nothing that the metadata (XMP), which pdfkit writes for PDF/A, would not say too.
    info: {
      Title: info.title,
      Author: info.author,
      Creator: info.creator,
      Producer: info.creator,
      CreationDate: info.created,
    },
  })
  const chunks: Uint8Array[] = []
  doc.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => doc.on('end', resolve).on('error', reject))
  const typesetter = createTypesetter(doc)
  const root = doc.struct('Document')
  doc.addStructure(root)
  let y = margin.top

  const need = (height: number) => {
    if (y + height <= bottom || y === margin.top) return
    doc.addPage()
    y = margin.top
  }

  const drawLine = (line: Line, x: number, top: number, { size, color }: { size: number; color: string }) => {
    let at = x
    for (const { face, text, width } of line) {
      doc.font(face).fontSize(size).fillColor(color)
      doc.text(text, at, top + size, { lineBreak: false, baseline: 'alphabetic', features })
      at += width
    }
  }

  /** Marks what `draw` draws as content of `element`. */
  const mark = (element: Structure, tag: string, draw: () => void) => {
    const content = doc.markStructureContent(tag)
    draw()
    doc.endMarkedContent()
    element.add(content)
  }

  const artifact = (draw: () => void) => {
    doc.markContent('Artifact', { type: 'Layout' })
    draw()
    doc.endMarkedContent()
  }

  const ruleAt = (top: number) =>
    doc
      .moveTo(margin.left, top)
      .lineTo(A4.width - margin.right, top)
      .lineWidth(0.6)
      .strokeColor('#b5b5b5')
      .stroke()

  const child = (tag: string, options?: { alt: string }): Structure => {
    const element = doc.struct(tag, options ?? {})
    root.add(element)
    return element
  }

  const write: Pages['write'] = (tag, spans, style, keep = 0) => {
    const { size, leading, color, indent, after, label } = { ...defaults, ...style }
    const hang = label ? 16 : 0
    const lines = typesetter.lines(spans, size, contentWidth - indent - hang)
    const [labelLine = []] = label ? typesetter.lines([label], size, hang) : []
    const height = size * leading
    need(Math.min(lines.length, 2) * height + keep)
    const element = child(tag)
    lines.forEach((line, i) => {
      need(height)
      mark(element, tag, () => {
        if (i === 0) drawLine(labelLine, margin.left + indent, y, { size, color })
        drawLine(line, margin.left + indent + hang, y, { size, color })
      })
      y += height
    })
    element.end()
    y += after
  }

  const columns: Pages['columns'] = (parts, style) => {
    const { size, leading, color, after } = { ...defaults, ...style }
    const padding = 10
    const width = (contentWidth - 2 * padding - gutter * (parts.length - 1)) / parts.length
    const set = parts.map((part) => part.map((spans) => typesetter.lines(spans, size, width)))
    const height = Math.max(...set.map((part) => part.flat().length)) * size * leading
    need(height + 2 * padding)
    const top = y
    artifact(() => doc.roundedRect(margin.left, top, contentWidth, height + 2 * padding, 4).fill('#f2f4f6'))
    set.forEach((part, column) => {
      let at = top + padding
      for (const paragraph of part) {
        const element = child('P')
        for (const line of paragraph) {
          const x = margin.left + padding + column * (width + gutter)
          const place = at
          mark(element, 'P', () => drawLine(line, x, place, { size, color }))
          at += size * leading
        }
        element.end()
      }
    })
    y = top + height + 2 * padding + after
  }

  const pictures: Pages['pictures'] = (all, style) => {
    const { size, leading, color, after } = { ...defaults, ...style }
    const width = (contentWidth - gutter) / 2
    for (let i = 0; i < all.length; i += 2) {
      const row = all.slice(i, i + 2).map((one) => {
        const scale = one.picture ? Math.min(width / one.picture.width, 230 / one.picture.height, 1) : 0
        const words = typesetter.lines(one.picture ? one.caption : [...one.caption, ...one.missing], size, width)
        return {
          ...one,
          words,
          shown: { width: (one.picture?.width ?? 0) * scale, height: (one.picture?.height ?? 0) * scale },
        }
      })
      const pictureHeight = Math.max(...row.map(({ shown }) => shown.height))
      need(pictureHeight + Math.max(...row.map(({ words }) => words.length)) * size * leading + 6)
      const top = y
      let lowest = top
      row.forEach(({ picture, alternative, words, shown }, column) => {
        const x = margin.left + column * (width + gutter)
        if (picture) {
          const figure = child('Figure', { alt: alternative })
          mark(figure, 'Figure', () => doc.image(Buffer.from(picture.png), x, top, shown))
          figure.end()
        }
        let at = top + pictureHeight + (pictureHeight > 0 ? 6 : 0)
        const caption = child('Caption')
        for (const line of words) {
          const place = at
          mark(caption, 'Caption', () => drawLine(line, x, place, { size, color }))
          at += size * leading
        }
        caption.end()
        lowest = Math.max(lowest, at)
      })
      y = lowest + after
    }
  }

  const banner: Pages['banner'] = (spans, detail) => {
    const head = typesetter.lines(spans, 12, contentWidth - 24)
    const below = typesetter.lines(detail, 9, contentWidth - 24)
    const height = head.length * 16 + below.length * 13 + 14
    need(height)
    const top = y
    artifact(() =>
      doc.roundedRect(margin.left, top, contentWidth, height, 4).lineWidth(1.4).strokeColor('#a33b00').stroke(),
    )
    const element = child('P')
    let at = top + 7
    for (const [line, size, step] of [
      ...head.map((one) => [one, 12, 16] as const),
      ...below.map((one) => [one, 9, 13] as const),
    ]) {
      const place = at
      mark(element, 'P', () => drawLine(line, margin.left + 12, place, { size, color: '#a33b00' }))
      at += step
    }
    element.end()
    y = top + height + 10
  }

  const furniture: Furniture = {
    text(spans, top, style) {
      const { size, leading, color } = { ...defaults, ...style }
      const lines = typesetter.lines(spans, size, contentWidth).slice(0, 3)
      lines.forEach((line, i) => {
        const width = line.reduce((sum, fragment) => sum + fragment.width, 0)
        const x = style.align === 'right' ? A4.width - margin.right - width : margin.left
        drawLine(line, x, top + i * size * leading, { size, color })
      })
      return top + lines.length * size * leading
    },
    rule: ruleAt,
  }

  return {
    write,
    columns,
    pictures,
    banner,
    need,
    rule() {
      need(8)
      const top = y
      artifact(() => ruleAt(top))
      y += 8
    },
    space(height) {
      y += height
    },
    async end(furnish) {
      const { start, count } = doc.bufferedPageRange()
      for (let page = 0; page < count; page++) {
        doc.switchToPage(start + page)
        doc.markContent('Artifact', { type: 'Pagination' })
        furnish(page + 1, count, furniture)
        doc.endMarkedContent()
      }
      root.end()
      doc.end()
      await ended
      return Buffer.concat(chunks)
    },
  }
}
