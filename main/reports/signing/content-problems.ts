/** What the text itself lacks: mandatory sections and fields, values that the template does not allow. */
import type { FieldDefinition, FieldValue, ReportContent, Run, Section, SigningProblem } from '../../contract/report.ts'
import { parseDate } from '../../dicom/index.ts'
import { runsOf } from '../content-runs.ts'

const saysSomething = (run: Run): boolean => {
  if (run.kind === 'text') return run.text.trim() !== ''
  return run.kind !== 'field' || run.value !== null
}

const isEmpty = (section: Section): boolean => !section.blocks.some(({ runs }) => runs.some(saysSomething))

/** Whether a value is one that the field takes. */
const isAllowed = ({ type }: FieldDefinition, value: FieldValue): boolean => {
  if (type.kind === 'number' && value.kind === 'number') {
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = type
    return value.value >= minimum && value.value <= maximum
  }
  if (type.kind === 'choice' && value.kind === 'choice') {
    const known = new Set(type.options.map(({ optionId }) => optionId))
    return (type.several || value.optionIds.length === 1) && value.optionIds.every((id) => known.has(id))
  }
  if (type.kind === 'date' && value.kind === 'date') return parseDate(value.date) !== undefined
  return type.kind === value.kind
}

const error = (code: SigningProblem['code'], where: Omit<SigningProblem, 'severity' | 'code'>): SigningProblem => ({
  severity: 'error',
  code,
  ...where,
})

function fieldProblems(content: ReportContent): SigningProblem[] {
  const definitions = new Map(content.fields.map((field) => [field.fieldId, field]))
  const problems: SigningProblem[] = []
  const found = new Set<string>()
  for (const { section, run } of runsOf(content)) {
    if (run.kind !== 'field') continue
    const { fieldId, value } = run
    const where = { sectionId: section.sectionId, fieldId }
    const definition = definitions.get(fieldId)
    found.add(fieldId)
    if (value === null) {
      problems.push({ severity: definition?.mandatory ? 'error' : 'warning', code: 'field-empty', ...where })
    } else if (!definition || !isAllowed(definition, value)) problems.push(error('field-out-of-range', where))
  }
  // A mandatory field that was taken out of the text, its sentence with it, says nothing wrong: the signer decides.
  for (const { fieldId, mandatory } of content.fields) {
    if (mandatory && !found.has(fieldId)) problems.push({ severity: 'warning', code: 'field-empty', fieldId })
  }
  return problems
}

/** Problems of sections and fields, in the order of the text. */
export const contentProblems = (content: ReportContent): SigningProblem[] => [
  ...content.sections
    .filter((section) => section.mandatory && isEmpty(section))
    .map(({ sectionId }) => error('section-empty', { sectionId })),
  ...fieldProblems(content),
]
