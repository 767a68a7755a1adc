import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FieldValue } from '../../../main/contract/report.ts'
import { type EditorSetting, EditorSettingProvider } from '../../../renderer/report/editor/setting.ts'
import { TypedControl } from '../../../renderer/report/editor/typed-control.tsx'
import { speak } from '../../../renderer/services/i18n.ts'

beforeEach(() => speak('fr'))
afterEach(cleanup)

const field = {
  fieldId: 'b',
  label: 'Épaisseur',
  concept: null,
  mandatory: false,
  type: { kind: 'number' as const, unit: 'mm', decimals: 1 },
}
const nothing = () => undefined
const setting: EditorSetting = {
  language: 'fr',
  isEditable: true,
  fields: new Map([['b', field]]),
  measurements: null,
  keyImages: [],
  goToMeasurement: nothing,
  studyDateOf: () => '',
  goToImage: nothing,
}

/** The field as the editor shows it, with the value that the document has. */
function show(first: FieldValue | null) {
  const given: (FieldValue | null)[] = []
  const control = (value: FieldValue | null) => (
    <EditorSettingProvider value={setting}>
      <TypedControl
        field={field}
        value={value}
        onChange={(next) => given.push(next)}
        leave={{ toText: nothing, toField: () => false }}
      />
    </EditorSettingProvider>
  )
  const shown = render(control(first))
  const input = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Épaisseur' })
  return {
    given,
    text: () => input().value,
    isInvalid: () => input().getAttribute('aria-invalid') === 'true',
    type: (text: string) => fireEvent.change(input(), { target: { value: text } }),
    becomes: (value: FieldValue | null) => shown.rerender(control(value)),
  }
}

test('what cannot be read stays as it was typed and says so; undone, the value before is shown again', () => {
  const control = show({ kind: 'number', value: 12 })
  control.type('12,x')
  expect(control.given).toEqual([null])
  control.becomes(null)
  expect([control.text(), control.isInvalid()]).toEqual(['12,x', true])
  control.becomes({ kind: 'number', value: 12 })
  expect([control.text(), control.isInvalid()]).toEqual(['12,0', false])
})

test('a value that came from another window is shown in place of what was typed before', () => {
  const control = show(null)
  control.type('3')
  control.becomes({ kind: 'number', value: 3 })
  expect(control.text()).toBe('3')
  control.becomes({ kind: 'number', value: 4.5 })
  expect(control.text()).toBe('4,5')
})
