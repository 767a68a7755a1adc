/** What is wrong with the station now, each as sentences: what happened, what was kept, what to do. */
import { Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../main/contract/station.ts'
import { useWorkspace } from '../services/workspace.ts'
import { DetailsFold } from '../ui/details-fold.tsx'
import { useFormat } from '../ui/format.ts'
import classes from './problem-list.module.css'

/** Where a problem is dealt with, as a group of the settings. */
export const settingsGroupOf: Partial<Record<Problem['code'], string>> = {
  'recovery-key-not-confirmed': 'security',
  'receiver-stopped': 'station',
  'key-file-exposed': 'security',
}

export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const go = useWorkspace((state) => state.go)
  return (
    <ul className={classes.list}>
      {problems.map((problem) => {
        const group = settingsGroupOf[problem.code]
        return (
          <li key={problem.code}>
            <Text fw={600}>{t(`problems:${problem.code}.title`)}</Text>
            <Text>{t(`problems:${problem.code}.text`)}</Text>
            <Text c="dimmed" size="xs">
              {t('shell:problems.since', { at: format.instant(problem.since) })}
            </Text>
            {group && (
              <Button mt="xs" variant="default" onClick={() => go({ name: 'settings', group })}>
                {t(`problems:${problem.code}.action`)}
              </Button>
            )}
            <DetailsFold text={problem.detail} />
          </li>
        )
      })}
    </ul>
  )
}
