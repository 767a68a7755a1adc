/** TID 1210 Equivalent Meaning(s) of Concept Name: what a concept is called in the report's language. */
import type { Coded } from '../../contract/coded.ts'
import type { Language } from '../../contract/settings.ts'
import { codes } from '../../dicom/index.ts'
import { type ContentItem, textItem } from './content-item.ts'
import { spokenCode } from './spoken-codes.ts'
import { languageOfContent } from './tid1204-language.ts'

/** The meaning in `language`, with that language (TID 1204); none where the concept's own meaning is all that is known. */
export const equivalentMeaning = (concept: Coded, language: Language): ContentItem[] => {
  const spoken = spokenCode(concept, language)
  return spoken === concept.CodeMeaning
    ? []
    : [textItem('HAS CONCEPT MOD', codes.EquivalentMeaningOfConceptName, spoken, [languageOfContent(language)])]
}
