/** TID 2010 Key Object Selection, and how key images are shared out over documents of that kind. */

import type { Coded } from '../../contract/coded.ts'
import type { KeyImage, ReportContent } from '../../contract/report.ts'
import { codes } from '../../dicom/index.ts'
import { type ContentItem, imageItem, textItem } from './content-item.ts'
import type { IssuedReport } from './issued-report.ts'
import { observationContext } from './tid1001-observation-context.ts'
import { languageOfContent } from './tid1204-language.ts'

/** The key images of one document: of one title (CID 7010) and in one study. */
export interface KeyObjectGroup {
  title: Coded
  StudyInstanceUID: string
  keyImages: readonly KeyImage[]
}

/**
 * One group a title and study, in order of first appearance: a document that refers to several studies would have to be stored in each of
 * them (PS3.3 §C.17.6.2.1), and this station writes into the study that is read only.
 */
export const keyObjectGroups = ({ keyImages }: Pick<ReportContent, 'keyImages'>): KeyObjectGroup[] => {
  const keyOf = ({ title, image }: KeyImage) =>
    JSON.stringify([title.CodingSchemeDesignator, title.CodeValue, image.StudyInstanceUID])
  return [...Map.groupBy(keyImages, keyOf).values()].flatMap((members) => {
    const [first] = members
    return first ? [{ title: first.title, StudyInstanceUID: first.image.StudyInstanceUID, keyImages: members }] : []
  })
}

const description = (keyImages: readonly KeyImage[]): string =>
  keyImages
    .map(({ note }) => note.trim())
    .filter(Boolean)
    .join('\n')

/** Content of the root, whose title is that of the group; each frame once. */
export const keyObjectSelection = ({ report, issue }: IssuedReport, { keyImages }: KeyObjectGroup): ContentItem[] => {
  const frames = new Map(keyImages.map(({ image }) => [`${image.SOPInstanceUID} ${image.frame}`, image]))
  const text = description(keyImages)
  return [
    languageOfContent(report.language),
    ...observationContext(issue.signer),
    ...(text ? [textItem('CONTAINS', codes.KeyObjectDescription, text)] : []),
    ...[...frames.values()].map((image) => imageItem('CONTAINS', null, image)),
  ]
}
