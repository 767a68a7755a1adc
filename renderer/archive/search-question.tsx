/** What an archive is asked for: the fields of a search, and whether they hold a question. */
import { TextInput } from '@mantine/core'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { StudySearch } from '../../main/contract/archive.ts'
import { dateOf } from '../ui/typed-date.ts'

/** As typed; dates as people write them. */
export type Question = Omit<StudySearch, 'offset' | 'limit'>

/** Nothing typed. */
export const nothingAsked: Question = {
  PatientName: '',
  PatientID: '',
  AccessionNumber: '',
  StudyDateFrom: '',
  StudyDateTo: '',
  ModalitiesInStudy: '',
}

/** Whether there is something to ask: everything the archive has is no question. */
export const isAsking = (question: Question): boolean =>
  Object.values(question).some((value) => value.trim() !== '') &&
  dateOf(question.StudyDateFrom) !== null &&
  dateOf(question.StudyDateTo) !== null

/** The fields, the first of which takes the focus. */
export function QuestionFields(props: {
  value: Question
  onChange(value: Question): void
  firstField: RefObject<HTMLInputElement | null>
}) {
  const { t } = useTranslation()
  const { value, onChange } = props
  const text = (name: keyof Question, width: number, isDate = false) => (
    <TextInput
      label={t(`archive:search.${name}`)}
      value={value[name]}
      maxLength={isDate ? 10 : 64}
      {...(isDate
        ? { placeholder: t('common:date.typed'), error: dateOf(value[name]) === null && t('common:date.bad') }
        : {})}
      w={width}
      spellCheck={false}
      autoComplete="off"
      {...(name === 'PatientName' ? { ref: props.firstField, 'data-autofocus': true } : {})}
      onChange={(event) => onChange({ ...value, [name]: event.currentTarget.value })}
    />
  )
  return (
    <>
      {text('PatientName', 190)}
      {text('PatientID', 150)}
      {text('AccessionNumber', 140)}
      {text('StudyDateFrom', 116, true)}
      {text('StudyDateTo', 116, true)}
      {text('ModalitiesInStudy', 76)}
    </>
  )
}
