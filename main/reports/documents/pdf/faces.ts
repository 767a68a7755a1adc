/** The typefaces of the printed report: Inter in its subsets, Liberation Sans for signs that Inter's subsets lack. All are embedded. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How text stands out. */
export interface Emphasis {
  bold: boolean
  italic: boolean
}

/** A font file, under the name that the document knows it by. */
export interface Face {
  name: string
  file: string
}

/** In the packed program the fonts lie beside the bundle; from sources they are where their packages are. */
const packedFonts = fileURLToPath(new URL('./fonts/', import.meta.url))
const { resolve } = createRequire(import.meta.url)
const fontFile = (folder: string, name: string): string =>
  existsSync(packedFonts) ? join(packedFonts, name) : resolve(`${folder}/${name}`)

const subsets = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext', 'vietnamese'] as const

const inter = (subset: string, { bold, italic }: Emphasis): string =>
  fontFile('@fontsource/inter/files', `inter-${subset}-${bold ? 600 : 400}-${italic ? 'italic' : 'normal'}.woff`)

const liberation = ({ bold, italic }: Emphasis): string => {
  const style = `${bold ? 'Bold' : ''}${italic ? 'Italic' : ''}` || 'Regular'
  return fontFile('pdfjs-dist/standard_fonts', `LiberationSans-${style}.ttf`)
}

/** The faces to look for a character in, first to last. */
export const facesFor = (emphasis: Emphasis): Face[] => {
  const style = `${emphasis.bold ? 'b' : ''}${emphasis.italic ? 'i' : ''}`
  return [
    ...subsets.map((subset) => ({ name: `${subset} ${style}`, file: inter(subset, emphasis) })),
    { name: `second ${style}`, file: liberation(emphasis) },
  ]
}
