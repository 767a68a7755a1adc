/** Which template fits a study best: by modality, then by body part, as the study says it or its description does. */
import type { ReportTemplate } from '../../contract/report.ts'
import type { SeriesRow, StudyRow } from '../../contract/studies.ts'

/** What of a study decides. */
export interface StudyKind {
  modalities: readonly string[]
  /** BodyPartExamined of the study and its series, and the study's and the series' descriptions. */
  words: readonly string[]
}

export const studyKind = (study: StudyRow, series: readonly SeriesRow[]): StudyKind => ({
  modalities: study.ModalitiesInStudy,
  words: [
    study.BodyPartExamined,
    study.StudyDescription,
    ...series.flatMap(({ BodyPartExamined, SeriesDescription }) => [BodyPartExamined, SeriesDescription]),
  ],
})

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toUpperCase()

/** Whether a word of `texts` begins with `part`: `CEREBR` is in `TDM cérébrale`. */
const mentions = (texts: readonly string[], part: string): boolean =>
  texts.some((text) => ` ${fold(text).replace(/[^A-Z0-9]+/g, ' ')}`.includes(` ${fold(part)}`))

/** Whether a template is meant for it: 1 yes, 0 it is for any, -1 no. */
const match = (meantFor: readonly string[], isMet: (value: string) => boolean): number => {
  if (meantFor.length === 0) return 0
  return meantFor.some(isMet) ? 1 : -1
}

const scoreOf = ({ modalities, bodyParts }: ReportTemplate, study: StudyKind): number =>
  4 * match(modalities, (modality) => study.modalities.includes(modality)) +
  match(bodyParts, (part) => mentions(study.words, part))

/** Templates in order of fit; among equals the given order stays. */
export const byFit = (templates: readonly ReportTemplate[], study: StudyKind): ReportTemplate[] =>
  templates.toSorted((a, b) => scoreOf(b, study) - scoreOf(a, study))
