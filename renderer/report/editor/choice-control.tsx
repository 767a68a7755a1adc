/** A field with one of several options: its first letters choose it, Delete empties it. */
import { type KeyboardEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { leavesField, leavesOrEmpties, optionBeginning, typedLetter } from './control-keys.ts'
import classes from './editor.module.css'
import { CONTROL } from './field-focus.ts'
import type { ControlProps } from './field-view.tsx'

/** Letters typed within this time belong to one word, ms. */
const ONE_WORD = 900

export function ChoiceControl({ field, value, onChange, leave }: ControlProps<'choice'>) {
  const { t } = useTranslation()
  const typed = useRef({ text: '', at: 0 })
  const { options } = field.type
  const chosen = value?.kind === 'choice' ? value.optionIds[0] : undefined
  const choose = (optionId: string | undefined) => onChange(optionId ? { kind: 'choice', optionIds: [optionId] } : null)
  const type = (letter: string) => {
    const now = performance.now()
    const isOneWord = now - typed.current.at < ONE_WORD
    const isAgain = isOneWord && typed.current.text === letter
    const text = isOneWord && !isAgain ? typed.current.text + letter : letter
    const from = isAgain ? options.findIndex(({ optionId }) => optionId === chosen) : -1
    const found = optionBeginning(options, text, from) ?? optionBeginning(options, letter)
    typed.current = { text, at: now }
    if (found) choose(found.optionId)
  }
  const press = (event: KeyboardEvent<HTMLSelectElement>) => {
    // Without a choice Enter opens the list of options, as the space bar always does; with one it goes on in the text.
    if (event.key === 'Enter' && chosen === undefined && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      event.currentTarget.showPicker()
      return
    }
    if (leavesField(event, leave)) return
    leavesOrEmpties(event, leave, () => choose(undefined))
    const letter = typedLetter(event)
    if (letter !== null) {
      event.preventDefault()
      type(letter)
    }
  }
  const isMissing = field.mandatory && chosen === undefined
  return (
    <>
      <select
        {...{ [CONTROL]: '' }}
        className={classes.select}
        data-empty={chosen === undefined}
        value={chosen ?? ''}
        aria-label={t(field.mandatory ? 'report:field.mandatory' : 'report:field.optional', { label: field.label })}
        aria-invalid={isMissing}
        onChange={(event) => choose(event.currentTarget.value || undefined)}
        onKeyDown={press}
      >
        <option value="">{field.label}</option>
        {options.map(({ optionId, label }) => (
          <option key={optionId} value={optionId}>
            {label}
          </option>
        ))}
      </select>
      {isMissing && (
        <span className={classes.problem} data-severity="waiting">
          {t('report:field.missing')}
        </span>
      )}
    </>
  )
}
