/** TID 2000 Basic Diagnostic Imaging Report: language, observer, the sections, the key images. Not extensible. */
import type { Coded } from '../../contract/coded.ts'
import type { KeyImage, ReportContent, Section } from '../../contract/report.ts'
import { codes } from '../../dicom/index.ts'
import { type ContentItem, container, imageItem, textItem } from './content-item.ts'
import type { IssuedReport } from './issued-report.ts'
import { createRunWords, type RunWords } from './run-words.ts'
import { observationContext } from './tid1001-observation-context.ts'
import { languageOfContent } from './tid1204-language.ts'
import { equivalentMeaning } from './tid1210-equivalent-meaning.ts'
import { type NarrativeSource, reportNarrative } from './tid2002-narrative.ts'
import { wordsOf } from './words.ts'

/** A key image by TID 2001 row 1; with a note, or of another study, as what these words rest on. */
const keyImageItem = (keyImage: KeyImage, words: RunWords): ContentItem => {
  const said = [keyImage.note.trim(), words.otherStudy(keyImage.image.StudyInstanceUID)].filter(Boolean).join(' – ')
  return said
    ? textItem('CONTAINS', codes.Finding, `${words.keyImageNumber(keyImage.keyImageId)}. ${said}`, [
        imageItem('INFERRED FROM', codes.BestIllustrationOfFinding, keyImage.image),
      ])
    : imageItem('CONTAINS', codes.BestIllustrationOfFinding, keyImage.image)
}

/**
 * What stands over a section. Its title is how the template says the heading's code, so it is the code's meaning (which may be in any
 * language, PS3.3 §8.3); where several sections share a code, the meaning must not tell them apart: the title begins the text instead.
 */
const heading = ({ code, title }: Section, { sections }: ReportContent): { code: Coded; title: string | null } => {
  const isAlone = sections.filter((other) => other.code.CodeValue === code.CodeValue).length === 1
  const words = title.trim()
  if (words === '' || words === code.CodeMeaning) return { code, title: null }
  return isAlone && words.length <= 64 ? { code: { ...code, CodeMeaning: words }, title: null } : { code, title: words }
}

/** One container a section that says something; the key images under their own heading, in the template's section where it has one. */
const sections = (content: ReportContent, imagesHeading: string, source: NarrativeSource): ContentItem[] => {
  const images = content.keyImages.map((keyImage) => keyImageItem(keyImage, source.words))
  const isForImages = ({ code }: ReportContent['sections'][number]) => code.CodeValue === codes.KeyImages.CodeValue
  const place = content.sections.find(isForImages)
  const written = content.sections.map((section) => {
    const { code, title } = heading(section, content)
    return { code, items: [...reportNarrative(section, title, source), ...(section === place ? images : [])] }
  })
  if (!place) written.push({ code: { ...codes.KeyImages, CodeMeaning: imagesHeading }, items: images })
  return written.filter(({ items }) => items.length > 0).map(({ code, items }) => container('CONTAINS', code, items))
}

/** Content of the root, whose title is the template's document title (CID 7000). */
export const diagnosticReport = (issued: IssuedReport): ContentItem[] => {
  const { report, issue, measurements } = issued
  const { content, language } = report
  const source: NarrativeSource = {
    content,
    words: createRunWords(issued),
    quoted: ({ measurementId, revision }) =>
      measurements.find((one) => one.measurementId === measurementId && one.revision === revision),
  }
  return [
    languageOfContent(language),
    ...equivalentMeaning(report.documentTitle, language),
    ...observationContext(issue.signer),
    ...sections(content, wordsOf(language).keyImages, source),
  ]
}
