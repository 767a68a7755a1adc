/** The text of a report: written, or read only once it was given out. */
import { type AnyExtension, type Editor, Extension } from '@tiptap/core'
import { UndoRedo } from '@tiptap/extensions'
import { NodeSelection, type Plugin } from '@tiptap/pm/state'
import { EditorContent, ReactNodeViewRenderer, useEditor } from '@tiptap/react'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldDefinition, Section } from '../../../main/contract/report.ts'
import { queryClient, trpc } from '../../services/client.ts'
import { useCommandRegistry } from '../../shell/commands.ts'
import { commandFor, commandsByPriority } from '../../shell/use-commands.ts'
import { fieldText } from '../words/field-text.ts'
import { measuredText } from '../words/measured-text.ts'
import { deleteAcross } from './across.ts'
import { KeyImageView, MeasurementView } from './chip-views.tsx'
import classes from './editor.module.css'
import { FieldView } from './field-view.tsx'
import { guard, REPLACED, type Refusal } from './guard.ts'
import { createHandle, type EditorHandle } from './handle.ts'
import { WritingKeys } from './keys.ts'
import { documentToSections, sectionsToDocument } from './mapping.ts'
import { FieldNode, KeyImageNode, MeasurementNode, SectionNode, textNodes } from './nodes.ts'
import { type AtomText, createClipboard } from './plain-text.ts'
import { sectionView } from './section-view.ts'
import { type EditorSetting, EditorSettingProvider, type MeasurementRun } from './setting.ts'

interface ReportEditorProps {
  /** Of the beginning; later ones come by the handle. */
  sections: readonly Section[]
  setting: EditorSetting
  onChange(sections: Section[]): void
  onRefused(refusal: Refusal): void
  /** Escape: the person goes back to the images. */
  onLeave(): void
  onHandle(handle: EditorHandle | null): void
}

export function ReportEditor({ sections, setting, onChange, onRefused, onLeave, onHandle }: ReportEditorProps) {
  const { t } = useTranslation()
  const latest = useRef({ setting, onChange, onRefused, onLeave, t })
  latest.current = { setting, onChange, onRefused, onLeave, t }
  const [extensions, clipboard] = useMemo(() => {
    const atomText: AtomText = ({ type, attrs }) => {
      const { language, fields, keyImages } = latest.current.setting
      if (type.name === 'field') return fieldText(attrs.value, fields.get(String(attrs.fieldId))?.type, language)
      if (type.name === 'measurement') return measuredText((attrs.run as MeasurementRun).values, language)
      const number = keyImages.findIndex(({ keyImageId }) => keyImageId === attrs.keyImageId) + 1
      return latest.current.t('report:keyImages.number', { number })
    }
    return [
      extensionsOf({
        missingWord: latest.current.t('report:section.missing'),
        onRefused: (refusal) => latest.current.onRefused(refusal),
        onLeave: () => latest.current.onLeave(),
      }),
      createClipboard(atomText),
    ] as const
  }, [])
  const editor: Editor = useEditor({
    extensions,
    content: sectionsToDocument(sections),
    editable: setting.isEditable,
    enableInputRules: ['item'],
    enablePasteRules: false,
    editorProps: {
      attributes: {
        class: classes.text ?? '',
        lang: setting.language,
        spellcheck: 'true',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-readonly': String(!setting.isEditable),
        'aria-label': t('report:editor.label'),
      },
      handleTextInput: (view, _from, _to, text) => {
        const { selection } = view.state
        // Typing beside a selected chip never takes its place.
        const beside = selection instanceof NodeSelection ? view.state.tr.insertText(text, selection.to) : null
        const tr = beside ?? deleteAcross(view.state)?.insertText(text)
        if (tr) view.dispatch(tr.scrollIntoView())
        return tr !== undefined
      },
      handlePaste: (view, event) => clipboard.paste(view, event),
      handleDrop: (view, event, _slice, isMoved) => clipboard.drop(view, event, isMoved),
      handleDOMEvents: { copy: clipboard.copy, cut: clipboard.cut, keydown: (_, event) => isCommandKey(event) },
    },
    onUpdate: ({ editor: { state }, transaction }) => {
      if (!transaction.getMeta(REPLACED)) latest.current.onChange(documentToSections(state.doc, sections))
    },
  })
  useEffect(() => {
    onHandle(createHandle(editor))
    return () => onHandle(null)
  }, [editor, onHandle])
  return (
    <EditorSettingProvider value={setting}>
      <EditorContent editor={editor} className={classes.editor} />
    </EditorSettingProvider>
  )
}

/** The definitions of a report's fields by their ids. */
export const fieldsById = (fields: readonly FieldDefinition[]): ReadonlyMap<string, FieldDefinition> =>
  new Map(fields.map((field) => [field.fieldId, field]))

/** Keys of the program's commands pass the editor by: it would keep every Enter for itself, also with Ctrl. */
function isCommandKey(event: KeyboardEvent): boolean {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key)
  if (isPlain) return false
  const changed = queryClient.getQueryData(trpc.settings.get.queryKey({}))?.keys
  return commandFor(event, commandsByPriority(useCommandRegistry.getState().scopes), changed) !== undefined
}

interface Rules {
  missingWord: string
  onRefused(refusal: Refusal): void
  onLeave(): void
}

function extensionsOf({ missingWord, onRefused, onLeave }: Rules): AnyExtension[] {
  const rules: Plugin[] = [guard(onRefused)]
  return [
    ...textNodes,
    SectionNode.extend({
      addNodeView:
        () =>
        ({ node }) =>
          sectionView(node, missingWord),
    }),
    FieldNode.extend({ addNodeView: () => ReactNodeViewRenderer(FieldView, { as: 'span' }) }),
    MeasurementNode.extend({ addNodeView: () => ReactNodeViewRenderer(MeasurementView, { as: 'span' }) }),
    KeyImageNode.extend({ addNodeView: () => ReactNodeViewRenderer(KeyImageView, { as: 'span' }) }),
    UndoRedo,
    WritingKeys.configure({ onLeave }),
    Extension.create({ name: 'guard', addProseMirrorPlugins: () => rules }),
  ]
}
