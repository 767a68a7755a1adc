/** Measures text and breaks it into lines: greedy, at spaces and after hyphens; a word that is too long is broken anywhere. */
import type PDFDocument from 'pdfkit'
import { visibleCodePoint } from '../dicom-text.ts'
import { clusters, drawableText } from './drawable-text.ts'
import { type Emphasis, type Face, facesFor } from './faces.ts'
import { fontBytes } from './woff.ts'

/** Text of one look. */
export interface Span extends Emphasis {
  text: string
}

/** Part of a line that one face draws. */
export interface Fragment {
  face: string
  text: string
  width: number
}

export type Line = readonly Fragment[]

/**
 * Substitution by context would turn `->` into an arrow and `3x4` into `3×4`: words stand as they were written. (fontkit takes an object
 * to switch a feature off; pdfkit hands it on, but its type knows the list of those to switch on only.)
 */
export const features = { calt: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[]

interface FontWithGlyphs {
  hasGlyphForCodePoint(codePoint: number): boolean
}

/** Sets text in the faces of one PDF. */
export interface Typesetter {
  /** Lines of at most `width` points; a line feed ends a line. */
  lines(spans: readonly Span[], size: number, width: number): Line[]
}

/** A typesetter for `doc`; faces are embedded when they are first needed. */
export function createTypesetter(doc: InstanceType<typeof PDFDocument>): Typesetter {
  const registered = new Set<string>()
  const select = ({ name, file }: Face): FontWithGlyphs => {
    if (!registered.has(name)) doc.registerFont(name, fontBytes(file))
    registered.add(name)
    doc.font(name)
    // pdfkit's own type does not tell that it holds a font of fontkit.
    return (doc as unknown as { _font: { font: FontWithGlyphs } })._font.font
  }

  const known = new Map<string, Face | null>()
  const faceOf = (cluster: string, emphasis: Emphasis): Face | null => {
    const key = `${emphasis.bold}${emphasis.italic}${cluster}`
    const found = known.get(key)
    if (found !== undefined) return found
    const codePoints = [...cluster].map((character) => character.codePointAt(0) ?? 0)
    const face = facesFor(emphasis).find((one) => {
      const font = select(one)
      return codePoints.every((codePoint) => font.hasGlyphForCodePoint(codePoint))
    })
    known.set(key, face ?? null)
    return face ?? null
  }

  /** Clusters without a face give place to their code points, which every face can draw. */
  const pieces = (text: string, emphasis: Emphasis): { face: Face; text: string }[] =>
    clusters(text).flatMap((cluster) => {
      const face = faceOf(cluster, emphasis)
      if (face) return [{ face, text: cluster }]
      const shown = [...cluster].map(visibleCodePoint).join('')
      return [...shown].flatMap((text) => ({ face: faceOf(text, emphasis), text })).filter(hasFace)
    })

  const fragments = (text: string, emphasis: Emphasis, size: number): Fragment[] => {
    const joined: { face: Face; text: string }[] = []
    for (const piece of pieces(text, emphasis)) {
      const last = joined.at(-1)
      if (last?.face.name === piece.face.name) last.text += piece.text
      else joined.push({ ...piece })
    }
    return joined.map(({ face, text }) => ({ face: face.name, text, width: measure(face.name, text, size) }))
  }

  /** In a face that was selected before. */
  const measure = (face: string, text: string, size: number): number =>
    doc.font(face).fontSize(size).widthOfString(text, { features })

  /** Spaces at the end of a line take no room. */
  const trimEnd = (line: Line, size: number): Line => {
    const last = line.at(-1)
    if (!last?.text.endsWith(' ')) return line
    const text = last.text.trimEnd()
    const rest = line.slice(0, -1)
    return text === '' ? trimEnd(rest, size) : [...rest, { ...last, text, width: measure(last.face, text, size) }]
  }

  const breakLine = (spans: readonly Span[], size: number, width: number): Line[] => {
    const done: Line[] = []
    let line: Fragment[] = []
    let used = 0
    const end = () => {
      done.push(trimEnd(merge(line), size))
      line = []
      used = 0
    }
    const put = (word: Fragment[]) => {
      line.push(...word)
      used += widthOf(word)
    }
    for (const span of spans) {
      for (const word of words(drawableText(span.text))) {
        const set = fragments(word, span, size)
        const visible = widthOf(fragments(word.trimEnd(), span, size))
        if (used > 0 && used + visible > width) end()
        if (visible <= width) put(set)
        else
          for (const cluster of clusters(word)) {
            const piece = fragments(cluster, span, size)
            if (used > 0 && used + widthOf(piece) > width) end()
            put(piece)
          }
      }
    }
    end()
    return done
  }

  return {
    lines: (spans, size, width) => paragraphs(spans).flatMap((paragraph) => breakLine(paragraph, size, width)),
  }
}

const hasFace = (piece: { face: Face | null; text: string }): piece is { face: Face; text: string } =>
  piece.face !== null

/** Words with the spaces behind them; a hyphen between letters ends a word too. */
const words = (text: string): string[] => text.match(/ +|[^ ]+?(?:(?<=\p{L})-(?=\p{L})| +|$)/gu) ?? []

const widthOf = (line: Line): number => line.reduce((sum, { width }) => sum + width, 0)

/** Neighbours of one face drawn as one. */
const merge = (line: Line): Line =>
  line.reduce<Fragment[]>((merged, fragment) => {
    const last = merged.at(-1)
    if (last?.face === fragment.face) {
      merged[merged.length - 1] = { ...last, text: last.text + fragment.text, width: last.width + fragment.width }
    } else merged.push(fragment)
    return merged
  }, [])

const paragraphs = (spans: readonly Span[]): Span[][] => {
  const found: Span[][] = [[]]
  for (const span of spans) {
    const [first = '', ...rest] = span.text.replace(/\r\n?/g, '\n').split('\n')
    found.at(-1)?.push({ ...span, text: first })
    for (const text of rest) found.push([{ ...span, text }])
  }
  return found
}
