/** Which columns the list has, and in which order. */
import { ActionIcon, Button, Checkbox, Popover, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconColumns3 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './column-menu.module.css'
import type { StudyColumns } from './use-study-columns.ts'

export function ColumnMenu({ columns }: { columns: StudyColumns }) {
  const { t } = useTranslation()
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t('studies:columns.title')}>
          <ActionIcon aria-label={t('studies:columns.title')} size={30}>
            <IconColumns3 size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={classes.menu} aria-label={t('studies:columns.title')}>
        <ul className={classes.list}>
          {columns.layout.map(({ id, visible }, index) => {
            const column = t(`studies:column.${id}`)
            return (
              <li key={id} className={classes.item}>
                <Checkbox size="xs" label={column} checked={visible} onChange={() => columns.toggle(id)} />
                <ActionIcon
                  size="xs"
                  disabled={index === 0}
                  aria-label={t('studies:columns.earlier', { column })}
                  onClick={() => columns.move(id, -1)}
                >
                  <IconChevronUp size={14} />
                </ActionIcon>
                <ActionIcon
                  size="xs"
                  disabled={index === columns.layout.length - 1}
                  aria-label={t('studies:columns.later', { column })}
                  onClick={() => columns.move(id, 1)}
                >
                  <IconChevronDown size={14} />
                </ActionIcon>
              </li>
            )
          })}
        </ul>
        <Button variant="default" fullWidth mt="xs" onClick={columns.reset}>
          {t('studies:columns.reset')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
