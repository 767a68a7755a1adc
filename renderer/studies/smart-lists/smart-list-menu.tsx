/** Keeps what the list shows under a name; renames, moves, replaces and takes away what was kept. */
import { ActionIcon, Button, Popover, Text, TextInput, Tooltip } from '@mantine/core'
import { IconBookmarks, IconChevronDown, IconChevronUp, IconReplace, IconTrash } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, type RefObject, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MAX_SMART_LISTS, type SmartList, type SmartListOutcome } from '../../../main/contract/smart-lists.ts'
import { displayText } from '../../../main/dicom/index.ts'
import { useListState } from '../list-state.ts'
import { reportStateWord } from '../report-state-word.ts'
import { questionToSave, suggestedName } from './smart-list.ts'
import classes from './smart-lists.module.css'
import type { SmartLists } from './use-smart-lists.ts'

type Refusal = Exclude<SmartListOutcome, 'saved'> | 'failed'

/** The sentence for what was refused; nothing when nothing was. */
function useRefusalText(): (refusal: Refusal | null) => string | undefined {
  const { t } = useTranslation()
  return (refusal) => (refusal === null ? undefined : t(`studies:lists.refused.${refusal}`, { most: MAX_SMART_LISTS }))
}

interface SaveFormProps {
  smartLists: SmartLists
  field: RefObject<HTMLInputElement | null>
  onSaved(): void
}

function SaveForm({ smartLists, field, onSaved }: SaveFormProps) {
  const { t } = useTranslation()
  const refusalText = useRefusalText()
  const question = useListState()
  const words = { today: t('studies:filter.today'), recent: t('studies:filter.recent'), report: reportStateWord(t) }
  const [name, setName] = useState(() => suggestedName(question, words))
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const outcome = await smartLists.saveAs(name.trim())
    if (outcome === 'saved') onSaved()
    else setRefusal(outcome)
  }
  return (
    <form className={classes.form} onSubmit={(event) => void save(event)}>
      <TextInput
        ref={field}
        className={classes.field}
        label={t('studies:lists.name')}
        description={t('studies:lists.what')}
        value={name}
        error={refusalText(refusal)}
        onChange={(event) => {
          setName(event.currentTarget.value)
          setRefusal(null)
        }}
        onFocus={(event) => event.currentTarget.select()}
        data-autofocus
        maxLength={60}
        autoComplete="off"
        spellCheck={false}
        rightSectionWidth={100}
        rightSectionProps={{ className: classes.save }}
        rightSection={
          <Button type="submit" size="compact-sm" disabled={name.trim() === ''}>
            {t('studies:lists.save')}
          </Button>
        }
      />
    </form>
  )
}

interface ActionProps {
  label: string
  /** Nothing to do at present; it keeps the focus, so that the keyboard does not lose its place. */
  idle?: boolean
  onClick(): void
  children: ReactNode
}

function Action({ label, idle = false, onClick, children }: ActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="sm"
        aria-label={label}
        aria-disabled={idle}
        data-disabled={idle}
        onClick={() => {
          if (!idle) onClick()
        }}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

interface ItemProps {
  list: SmartList
  smartLists: SmartLists
  onRemove(): void
}

function Item({ list, smartLists, onRemove }: ItemProps) {
  const { t } = useTranslation()
  const refusalText = useRefusalText()
  const question = useListState()
  const [name, setName] = useState(list.name)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const index = smartLists.lists.indexOf(list)
  const save = async (changed: SmartList) => {
    const outcome = await smartLists.save(changed)
    setRefusal(outcome === 'saved' ? null : outcome)
  }
  const rename = () => {
    const wanted = name.trim()
    if (wanted === '') setName(list.name)
    else if (wanted !== list.name) void save({ ...list, name: wanted })
  }
  const shown = displayText(list.name, 60)
  return (
    <li className={classes.item}>
      <TextInput
        size="xs"
        aria-label={t('studies:lists.rename', { name: shown })}
        value={name}
        error={refusalText(refusal)}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === 'Enter') rename()
        }}
        maxLength={60}
        autoComplete="off"
        spellCheck={false}
      />
      <Action
        label={t('studies:lists.replace', { name: shown })}
        idle={list === smartLists.current}
        onClick={() => void save({ ...list, question: questionToSave(question) })}
      >
        <IconReplace size={15} stroke={1.6} />
      </Action>
      <Action
        label={t('studies:lists.earlier', { name: shown })}
        idle={index === 0}
        onClick={() => void smartLists.move(list, -1)}
      >
        <IconChevronUp size={15} />
      </Action>
      <Action
        label={t('studies:lists.later', { name: shown })}
        idle={index === smartLists.lists.length - 1}
        onClick={() => void smartLists.move(list, 1)}
      >
        <IconChevronDown size={15} />
      </Action>
      <Action label={t('studies:lists.remove', { name: shown })} onClick={onRemove}>
        <IconTrash size={15} stroke={1.6} />
      </Action>
    </li>
  )
}

/** What was focused went with its list. */
const takeFocus = (button: HTMLButtonElement | null): void => button?.focus()

function Content({ smartLists, onSaved }: { smartLists: SmartLists; onSaved(): void }) {
  const { t } = useTranslation()
  const [removed, setRemoved] = useState<{ name: string; bringBack: (() => Promise<boolean>) | null } | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const remove = async (list: SmartList) => {
    const bringBack = await smartLists.remove(list)
    setRemoved({ name: displayText(list.name, 60), bringBack })
  }
  const undo = async () => {
    if (!(await removed?.bringBack?.())) return
    field.current?.focus()
    setRemoved(null)
  }
  return (
    <>
      <SaveForm smartLists={smartLists} field={field} onSaved={onSaved} />
      {smartLists.lists.length > 0 && (
        <ul className={classes.lists} aria-label={t('studies:lists.title')}>
          {smartLists.lists.map((list) => (
            <Item key={list.listId} list={list} smartLists={smartLists} onRemove={() => void remove(list)} />
          ))}
        </ul>
      )}
      <div role="status">
        {removed && (
          <div className={classes.removed}>
            <Text size="sm">
              {t(removed.bringBack ? 'studies:lists.removed' : 'studies:lists.notRemoved', { name: removed.name })}
            </Text>
            {removed.bringBack && (
              <Button
                key={removed.name}
                ref={takeFocus}
                variant="default"
                size="compact-sm"
                onClick={() => void undo()}
              >
                {t('studies:lists.undo')}
              </Button>
            )}
          </div>
        )}
      </div>
    </>
  )
}

interface SmartListMenuProps {
  smartLists: SmartLists
  opened: boolean
  onChange(opened: boolean): void
}

export function SmartListMenu({ smartLists, opened, onChange }: SmartListMenuProps) {
  const { t } = useTranslation()
  return (
    <Popover position="bottom-end" trapFocus returnFocus opened={opened} onChange={onChange}>
      <Popover.Target>
        <Tooltip label={t('studies:commands.lists')}>
          <ActionIcon size={30} aria-label={t('studies:commands.lists')} onClick={() => onChange(!opened)}>
            <IconBookmarks size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={classes.menu} aria-label={t('studies:lists.title')}>
        <Content smartLists={smartLists} onSaved={() => onChange(false)} />
      </Popover.Dropdown>
    </Popover>
  )
}
