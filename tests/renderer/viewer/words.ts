/** The program's own words, and a writer of each language, as the screens use them. */
import { words } from '../../../renderer/services/i18n.ts'
import { createWriting, type Writing } from '../../../renderer/viewer/writing.ts'

/** Writes as the viewer does in `language`. */
export function writing(language: 'fr' | 'en'): Writing {
  const t = words.getFixedT(language, 'viewer')
  return createWriting(language, (key, values) => t(key, values ?? {}))
}

/** Spaces that the locale does not break become plain ones, to be compared. */
export const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')
