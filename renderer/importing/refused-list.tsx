/** What was not taken and why, by reason, under a fold. */
import { ScrollArea, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { displayText } from '../../main/dicom/index.ts'
import { useFormat } from '../ui/format.ts'
import { useReasonWords } from '../ui/reason-words.ts'
import classes from './refused-list.module.css'

interface RefusedFile {
  name: string
  /** A code of the locales, `problems:import.*`. */
  reason: string
}

/** `refused` names the first of `total`. */
export function RefusedList({ refused, total }: { refused: readonly RefusedFile[]; total: number }) {
  const { t } = useTranslation()
  const words = useReasonWords()
  const format = useFormat()
  const byReason = [...Map.groupBy(refused, ({ reason }) => words('import', reason))]
  return (
    <details className={classes.refused}>
      <summary>{t('import:taking.refused', { count: total, number: format.number(total) })}</summary>
      <ScrollArea.Autosize mah={180}>
        {byReason.map(([reason, files]) => (
          <section key={reason}>
            <Text fw={600} mt={6}>
              {reason}
            </Text>
            <ul className={classes.names} data-selectable>
              {files.map(({ name }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the list only grows at its end
                <li key={index}>
                  <bdi>{displayText(name, 120)}</bdi>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {total > refused.length && (
          <Text c="dimmed">
            {t('import:taking.andMore', {
              count: total - refused.length,
              number: format.number(total - refused.length),
            })}
          </Text>
        )}
      </ScrollArea.Autosize>
    </details>
  )
}
