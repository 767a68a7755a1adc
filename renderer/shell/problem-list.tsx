/** What is wrong with the station now, each as sentences: what happened, what was kept, what to do. */
import { Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../main/contract/station.ts'
import { type Screen, useWorkspace } from '../services/workspace.ts'
import { DetailsFold } from '../ui/details-fold.tsx'
import { useFormat } from '../ui/format.ts'
import classes from './problem-list.module.css'
import { heaviestFirst } from './problem-severity.ts'

const space: Screen = { name: 'storage', section: 'space' }
const outbox: Screen = { name: 'archive', section: 'outbox', PatientID: '' }

/** Where a problem is dealt with. */
export const placeOf: Partial<Record<Problem['code'], Screen>> = {
  'recovery-key-not-confirmed': { name: 'settings', group: 'security' },
  'receiver-stopped': { name: 'settings', group: 'station' },
  'secure-receiver-stopped': { name: 'settings', group: 'network' },
  'web-listener-stopped': { name: 'settings', group: 'dicom-web' },
  'key-file-exposed': { name: 'settings', group: 'security' },
  'disk-full': space,
  'disk-nearly-full': space,
  'space-exhausted': space,
  'cache-damaged': { name: 'storage', section: 'integrity' },
  'objects-damaged': { name: 'storage', section: 'integrity' },
  'audit-broken': { name: 'storage', section: 'audit' },
  'archive-unreachable': outbox,
  'archive-refused': outbox,
  'archive-lost-objects': space,
}

/** `onLeave`: somebody went to where one is dealt with. */
export function ProblemList({ problems, onLeave }: { problems: readonly Problem[]; onLeave(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const go = useWorkspace((state) => state.go)
  return (
    <ul className={classes.list}>
      {heaviestFirst(problems).map((problem) => {
        const place = placeOf[problem.code]
        return (
          <li key={problem.code}>
            <Text fw={600}>{t(`problems:${problem.code}.title`)}</Text>
            <Text>{t(`problems:${problem.code}.text`)}</Text>
            <Text c="dimmed" size="xs">
              {t('shell:problems.since', { at: format.instant(problem.since) })}
            </Text>
            {place && (
              <Button
                mt="xs"
                variant="default"
                onClick={() => {
                  onLeave()
                  go(place)
                }}
              >
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
