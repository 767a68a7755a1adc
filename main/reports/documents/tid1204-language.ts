/** TID 1204 Language of Content Item and Descendants, by RFC 5646 (CID 5000). */
import type { Language } from '../../contract/settings.ts'
import { codes } from '../../dicom/index.ts'
import { type ContentItem, codedItem } from './content-item.ts'

const languages = { fr: codes.French, en: codes.English } as const satisfies Record<Language, unknown>

/** TID 1204 row 1. */
export const languageOfContent = (language: Language): ContentItem =>
  codedItem('HAS CONCEPT MOD', codes.LanguageOfContentItemAndDescendants, languages[language])
