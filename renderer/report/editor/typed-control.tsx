/** Fields that are typed: text, numbers with their unit, dates. What is typed counts at once; what cannot be read says so. */
import { type ChangeEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldValue } from '../../../main/contract/report.ts'
import type { Language } from '../../../main/contract/settings.ts'
import { dateText, isInRange, numberText, readDate, readNumber } from '../words/field-text.ts'
import { unitWord } from '../words/units.ts'
import { leavesField } from './control-keys.ts'
import classes from './editor.module.css'
import { CONTROL } from './field-focus.ts'
import type { ControlProps } from './field-view.tsx'
import { useEditorSetting } from './setting.ts'

type TypedField = ControlProps<'text' | 'number' | 'date'>['field']

/** Longest text of a field (contract/report.ts). */
const MOST_TEXT = 2000

function readValue(text: string, { type }: TypedField): FieldValue | null | 'unreadable' {
  if (type.kind === 'number') {
    const value = readNumber(text)
    return typeof value === 'number' ? { kind: 'number', value } : value
  }
  if (type.kind === 'date') {
    const date = readDate(text)
    return date === null || date === 'unreadable' ? date : { kind: 'date', date }
  }
  return text === '' ? null : { kind: 'text', text }
}

function writeValue(value: FieldValue | null, { type }: TypedField, language: Language): string {
  if (value?.kind === 'number' && type.kind === 'number') return numberText(value.value, type.decimals, language)
  if (value?.kind === 'date') return dateText(value.date)
  return value?.kind === 'text' ? value.text : ''
}

export function TypedControl({ field, value, onChange, leave }: ControlProps<'text' | 'number' | 'date'>) {
  const { t } = useTranslation()
  const { language } = useEditorSetting()
  const [typed, setTyped] = useState<string | null>(null)
  /** What this control gave last: another value came from elsewhere, and is what is to be shown. */
  const given = useRef(JSON.stringify(value))
  const valueNow = JSON.stringify(value)
  useEffect(() => {
    if (valueNow === given.current) return
    given.current = valueNow
    setTyped(null)
  }, [valueNow])
  const problemId = useId()
  const shown = typed ?? writeValue(value, field, language)
  const problem = useProblem(field, value, shown)
  const change = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    setTyped(currentTarget.value)
    const read = readValue(currentTarget.value, field)
    const next = read === 'unreadable' ? null : read
    given.current = JSON.stringify(next)
    onChange(next)
  }
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (leavesField(event, leave)) return
    const { selectionStart, selectionEnd, value: text } = event.currentTarget
    const isCaret = selectionStart === selectionEnd && !event.shiftKey
    if (event.key === 'ArrowLeft' && isCaret && selectionStart === 0) return leaveBy(event, 'before')
    if (event.key === 'ArrowRight' && isCaret && selectionEnd === text.length) return leaveBy(event, 'after')
  }
  const leaveBy = (event: KeyboardEvent, side: 'before' | 'after') => {
    event.preventDefault()
    leave.toText(side)
  }
  return (
    <>
      <input
        {...{ [CONTROL]: '' }}
        className={classes.input}
        value={shown}
        placeholder={field.type.kind === 'date' ? t('report:field.dateForm') : field.label}
        inputMode={field.type.kind === 'number' ? 'decimal' : 'text'}
        maxLength={field.type.kind === 'text' ? MOST_TEXT : 40}
        spellCheck={field.type.kind === 'text'}
        autoComplete="off"
        aria-label={t(field.mandatory ? 'report:field.mandatory' : 'report:field.optional', { label: field.label })}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={change}
        onKeyDown={press}
        onBlur={() => readValue(shown, field) !== 'unreadable' && setTyped(null)}
      />
      {field.type.kind === 'number' && field.type.unit !== '' && (
        <span className={classes.unit}>{unitWord(field.type.unit, language)}</span>
      )}
      {problem !== null && (
        <span id={problemId} className={classes.problem} data-severity={problem.severity}>
          {problem.text}
        </span>
      )}
    </>
  )
}

/** What is wrong with a field now, in a word; null when nothing is. */
function useProblem(
  field: TypedField,
  value: FieldValue | null,
  shown: string,
): { severity: 'waiting' | 'danger'; text: string } | null {
  const { t } = useTranslation()
  const { language } = useEditorSetting()
  const { type } = field
  if (readValue(shown, field) === 'unreadable')
    return { severity: 'danger', text: t(`report:field.unreadable.${type.kind === 'date' ? 'date' : 'number'}`) }
  if (value?.kind === 'number' && type.kind === 'number' && !isInRange(value.value, type)) {
    const bound = (limit: number | undefined) =>
      limit === undefined ? '…' : numberText(limit, type.decimals, language)
    return {
      severity: 'danger',
      text: t('report:field.outOfRange', { from: bound(type.minimum), to: bound(type.maximum) }),
    }
  }
  return field.mandatory && value === null ? { severity: 'waiting', text: t('report:field.missing') } : null
}
