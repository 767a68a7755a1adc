/** A field with any of several options: a list opens on Enter; first letters switch an option, Delete empties. */
import { Checkbox, Popover, Stack } from '@mantine/core'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldText } from '../words/field-text.ts'
import { leavesField, leavesOrEmpties, optionBeginning, typedLetter } from './control-keys.ts'
import classes from './editor.module.css'
import { CONTROL } from './field-focus.ts'
import type { ControlProps } from './field-view.tsx'
import { useEditorSetting } from './setting.ts'

export function SeveralControl({ field, value, onChange, leave }: ControlProps<'choice'>) {
  const { t } = useTranslation()
  const { language } = useEditorSetting()
  const [isOpen, setIsOpen] = useState(false)
  const { options } = field.type
  const chosen = value?.kind === 'choice' ? value.optionIds : []
  const choose = (optionIds: readonly string[]) =>
    onChange(optionIds.length > 0 ? { kind: 'choice', optionIds: [...optionIds] } : null)
  const toggle = (optionId: string) =>
    choose(chosen.includes(optionId) ? chosen.filter((other) => other !== optionId) : [...chosen, optionId])
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      setIsOpen(true)
      return
    }
    if (leavesField(event, leave)) return
    leavesOrEmpties(event, leave, () => choose([]))
    const letter = typedLetter(event)
    const found = letter === null ? null : optionBeginning(options, letter)
    if (found) {
      event.preventDefault()
      toggle(found.optionId)
    }
  }
  const text = fieldText(value, field.type, language)
  const name = t(field.mandatory ? 'report:field.mandatory' : 'report:field.optional', { label: field.label })
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="bottom-start" offset={4} trapFocus returnFocus>
      <Popover.Target>
        <button
          {...{ [CONTROL]: '' }}
          type="button"
          className={classes.several}
          data-empty={text === ''}
          aria-label={text === '' ? name : `${name}: ${text}`}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
          onKeyDown={press}
        >
          {text === '' ? field.label : text}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={name}>
        <Stack gap={6}>
          {options.map(({ optionId, label }) => (
            <Checkbox
              key={optionId}
              label={label}
              checked={chosen.includes(optionId)}
              onChange={() => toggle(optionId)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return
                event.preventDefault()
                setIsOpen(false)
              }}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
      {field.mandatory && chosen.length === 0 && (
        <span className={classes.problem} data-severity="waiting">
          {t('report:field.missing')}
        </span>
      )}
    </Popover>
  )
}
