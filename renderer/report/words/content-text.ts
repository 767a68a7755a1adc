/** A report as plain text: to take along what could not be saved. */

import type { ReportContent, Run } from '../../../main/contract/report.ts'
import type { Language } from '../../../main/contract/settings.ts'
import { fieldText } from './field-text.ts'
import { measuredText } from './measured-text.ts'

function runText(run: Run, { fields, keyImages }: ReportContent, language: Language): string {
  switch (run.kind) {
    case 'text':
      return run.text
    case 'field':
      return fieldText(run.value, fields.find(({ fieldId }) => fieldId === run.fieldId)?.type, language)
    case 'measurement':
      return measuredText(run.values, language)
    case 'keyImage':
      return `(${keyImages.findIndex(({ keyImageId }) => keyImageId === run.keyImageId) + 1})`
  }
}

/** The notes of the key images, by the number that the text cites them with. */
const notesOf = ({ keyImages }: ReportContent): string[] =>
  keyImages.flatMap(({ note }, index) => (note.trim() === '' ? [] : [`(${index + 1}) ${note}`]))

/** Section by section, a line for each block, then what was noted of key images. */
export const contentText = (content: ReportContent, language: Language): string =>
  [
    ...content.sections.map(({ title, blocks }) =>
      [
        title,
        ...blocks.map(
          ({ kind, runs }) =>
            (kind === 'item' ? '- ' : '') + runs.map((run) => runText(run, content, language)).join(''),
        ),
      ].join('\n'),
    ),
    ...notesOf(content),
  ].join('\n\n')
