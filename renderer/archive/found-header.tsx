/** The head of the table of studies that an archive gave: most columns put them in order. */
import { Table, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './archive-screen.module.css'
import { type FoundOrder, firstOrder, type OrderColumn, orderColumns } from './found-order.ts'

interface FoundHeaderProps {
  order: FoundOrder
  onOrder(order: FoundOrder): void
}

function OrderHeader({ column, order, onOrder }: FoundHeaderProps & { column: OrderColumn }) {
  const { t } = useTranslation()
  const isChosen = order.by === column
  const Arrow = order.isDescending ? IconChevronDown : IconChevronUp
  return (
    <Table.Th
      ta={column === 'images' ? 'right' : 'left'}
      className={column === 'accession' ? classes.atWide : undefined}
      aria-sort={isChosen ? (order.isDescending ? 'descending' : 'ascending') : undefined}
    >
      <UnstyledButton
        className={classes.order}
        onClick={() => onOrder(isChosen ? { by: column, isDescending: !order.isDescending } : firstOrder(column))}
      >
        {t(`archive:column.${column}`)}
        {isChosen && <Arrow size={13} stroke={2} aria-hidden="true" />}
      </UnstyledButton>
    </Table.Th>
  )
}

export function FoundHeader(props: FoundHeaderProps) {
  const { t } = useTranslation()
  return (
    <Table.Thead>
      <Table.Tr>
        {orderColumns.map((column) => (
          <OrderHeader key={column} column={column} {...props} />
        ))}
        <Table.Th>{t('archive:column.here')}</Table.Th>
        <Table.Th aria-label={t('archive:column.actions')} />
      </Table.Tr>
    </Table.Thead>
  )
}
