/** Choosing files and folders of this computer, by keyboard as by mouse: the station lists them, so that every host has the same chooser. */
import { Button, Group, Loader, Text, TextInput } from '@mantine/core'
import { IconArrowUp, IconFile, IconFolder, IconFolderOpen } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FolderListing } from '../../main/contract/importer.ts'
import { displayText } from '../../main/dicom/index.ts'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import classes from './folder-chooser.module.css'

interface ChooserProps {
  /** Where it stands; empty: at home. */
  path: string
  onPath(path: string): void
  /** Chosen entries, by their paths; absent: only the folder itself is chosen. */
  chosen?: ReadonlySet<string>
  onChoose?(chosen: ReadonlySet<string>): void
}

type Entry = FolderListing['entries'][number]

function Entries({ listing, chosen, onChoose, onPath }: ChooserProps & { listing: FolderListing }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const entries = chosen ? listing.entries : listing.entries.filter(({ isFolder }) => isFolder)
  const marked = Math.min(at, entries.length - 1)
  const toggle = (entry: Entry) => {
    if (!chosen || !onChoose) return
    const next = new Set(chosen)
    if (!next.delete(entry.path)) next.add(entry.path)
    onChoose(next)
  }
  const open = (entry: Entry) => {
    if (entry.isFolder) onPath(entry.path)
    else toggle(entry)
  }
  const onKey = (event: KeyboardEvent) => {
    const entry = entries[marked]
    if (event.key === 'ArrowDown') setAt(Math.min(marked + 1, entries.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(marked - 1, 0))
    else if (event.key === 'Home') setAt(0)
    else if (event.key === 'End') setAt(entries.length - 1)
    else if (event.key === 'Enter' && entry) open(entry)
    else if (event.key === ' ' && entry) toggle(entry)
    else if (event.key === 'Backspace' && listing.parent !== null) onPath(listing.parent)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  useEffect(() => {
    list.current?.querySelector(`[data-index="${marked}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [marked])
  return (
    <div
      ref={list}
      className={classes.list}
      role="listbox"
      tabIndex={0}
      aria-label={t('import:chooser.entries')}
      aria-multiselectable={chosen !== undefined}
      {...(entries[marked] ? { 'aria-activedescendant': `entry-${marked}` } : {})}
      onKeyDown={onKey}
    >
      {entries.length === 0 && <Text className={classes.empty}>{t('import:chooser.empty')}</Text>}
      {entries.map((entry, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the list box's
        // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus
        <div
          key={entry.path}
          id={`entry-${index}`}
          data-index={index}
          role="option"
          aria-selected={chosen?.has(entry.path) ?? false}
          data-marked={index === marked}
          className={classes.entry}
          onClick={() => {
            setAt(index)
            toggle(entry)
          }}
          onDoubleClick={() => {
            if (entry.isFolder) onPath(entry.path)
          }}
        >
          {entry.isFolder ? (
            <IconFolder size={16} stroke={1.6} aria-hidden="true" />
          ) : (
            <IconFile size={16} stroke={1.6} aria-hidden="true" />
          )}
          <bdi className={classes.name}>{displayText(entry.name, 200)}</bdi>
          <span className={classes.size}>{entry.isFolder ? '' : format.bytes(entry.bytes)}</span>
        </div>
      ))}
    </div>
  )
}

export function FolderChooser(props: ChooserProps) {
  const { t } = useTranslation()
  const { path, onPath } = props
  const [typed, setTyped] = useState<string | null>(null)
  const answer = useQuery({
    ...trpc.importer.listFolder.queryOptions({ path }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const listing = answer.data
  const field = useRef<HTMLInputElement>(null)
  const shownPath = listing?.path ?? path
  // What stands in the field is selected whenever it comes there, so that what is typed replaces it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: on each path that the field shows
  useEffect(() => {
    if (typed === null && document.activeElement === field.current) field.current?.select()
  }, [shownPath])
  const go = (next: string) => {
    setTyped(null)
    onPath(next)
  }
  return (
    <div className={classes.chooser}>
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="default"
          size="sm"
          aria-label={t('import:chooser.up')}
          title={t('import:chooser.up')}
          disabled={!listing?.parent}
          onClick={() => go(listing?.parent ?? '')}
        >
          <IconArrowUp size={16} stroke={1.8} />
        </Button>
        <TextInput
          ref={field}
          flex={1}
          aria-label={t('import:chooser.path')}
          autoFocus
          data-autofocus
          value={typed ?? shownPath}
          spellCheck={false}
          maxLength={4096}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
          // What was typed is where it goes: nobody exports into the folder of before because a key was not pressed.
          onBlur={() => {
            if (typed !== null) go(typed)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || typed === null) return
            event.preventDefault()
            go(typed)
          }}
        />
        {typed !== null && (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconFolderOpen size={16} stroke={1.6} />}
            onClick={() => go(typed)}
          >
            {t('import:chooser.go')}
          </Button>
        )}
      </Group>
      {listing && listing.places.length > 1 && (
        <Group gap={6}>
          {listing.places.map((place) => (
            <Button key={place.path} size="compact-sm" variant="default" onClick={() => go(place.path)}>
              {displayText(place.name, 60)}
            </Button>
          ))}
        </Group>
      )}
      {answer.isLoading ? (
        <Loader size="sm" />
      ) : listing ? (
        <Entries key={listing.path} {...props} onPath={go} listing={listing} />
      ) : (
        <Text c="var(--waiting)" role="alert">
          {t('import:chooser.unreadable')}
        </Text>
      )}
      {listing?.isShortened && <Text c="dimmed">{t('import:chooser.shortened')}</Text>}
    </div>
  )
}
