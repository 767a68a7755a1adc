/** A field of the template in the text: filled in where it stands. */
import { NodeViewWrapper, type ReactNodeViewProps } from '@tiptap/react'
import type { FieldDefinition, FieldValue } from '../../../main/contract/report.ts'
import { fieldText } from '../words/field-text.ts'
import { ChoiceControl } from './choice-control.tsx'
import classes from './editor.module.css'
import { goToField, leaveField } from './field-focus.ts'
import { useEditorSetting } from './setting.ts'
import { SeveralControl } from './several-control.tsx'
import { TypedControl } from './typed-control.tsx'

/** What a control of any kind gets. */
export interface ControlProps<K extends FieldDefinition['type']['kind'] = FieldDefinition['type']['kind']> {
  field: FieldDefinition & { type: Extract<FieldDefinition['type'], { kind: K }> }
  value: FieldValue | null
  onChange(value: FieldValue | null): void
  leave: Leave
}

/** Leads out of a field by key; `next` answers whether there is another field. */
export interface Leave {
  toText(side: 'before' | 'after'): void
  toField(step: 1 | -1): boolean
}

const isOfKind = <K extends FieldDefinition['type']['kind']>(
  field: FieldDefinition,
  ...kinds: K[]
): field is ControlProps<K>['field'] => kinds.some((kind) => kind === field.type.kind)

export function FieldView({ node, editor, getPos, updateAttributes }: ReactNodeViewProps) {
  const { fields, language, isEditable } = useEditorSetting()
  const field = fields.get(String(node.attrs.fieldId))
  const value = node.attrs.value as FieldValue | null
  const text = fieldText(value, field?.type, language)
  if (!field || !isEditable)
    return (
      <NodeViewWrapper as="span" className={classes.filled} contentEditable={false}>
        {text}
      </NodeViewWrapper>
    )
  const at = () => getPos() ?? 0
  const props = {
    value,
    onChange: (next: FieldValue | null) => updateAttributes({ value: next }),
    leave: {
      toText: (side: 'before' | 'after') => leaveField(editor.view, at(), side),
      toField: (step: 1 | -1) => goToField(editor.view, step),
    },
  }
  return (
    <NodeViewWrapper
      as="span"
      className={classes.field}
      contentEditable={false}
      data-field={field.fieldId}
      data-missing={field.mandatory && value === null}
    >
      <FieldControl field={field} {...props} />
    </NodeViewWrapper>
  )
}

function FieldControl({ field, ...props }: ControlProps) {
  if (isOfKind(field, 'choice'))
    return field.type.several ? <SeveralControl field={field} {...props} /> : <ChoiceControl field={field} {...props} />
  return isOfKind(field, 'text', 'number', 'date') ? <TypedControl field={field} {...props} /> : null
}
