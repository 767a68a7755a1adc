/** The smart lists above the study list, each with its count; nothing is there until a person keeps one. */
import { UnstyledButton } from '@mantine/core'
import { IconBookmark } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../ui/format.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import classes from './smart-lists.module.css'
import type { SmartLists } from './use-smart-lists.ts'

export function SmartListBar({ smartLists }: { smartLists: SmartLists }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { lists, current, countOf, open } = smartLists
  if (lists.length === 0) return null
  return (
    <nav className={classes.bar} aria-label={t('studies:lists.title')}>
      <IconBookmark className={classes.mark} size={16} stroke={1.6} aria-hidden="true" />
      {lists.map((list) => {
        const count = countOf(list)
        return (
          <UnstyledButton
            key={list.listId}
            className={classes.list}
            aria-pressed={list === current}
            onClick={() => open(list)}
          >
            <span className={classes.name}>
              <SafeText text={list.name} max={60} />
            </span>
            {count !== undefined && <span className={classes.count}>{format.shortNumber(count)}</span>}
          </UnstyledButton>
        )
      })}
    </nav>
  )
}
