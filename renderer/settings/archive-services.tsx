/** What an archive by DIMSE answered when it was tried: which services it accepts, and what the missing ones mean. */
import { Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconMinus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ArchiveServices } from '../../main/contract/archive.ts'
import classes from './archive-services.module.css'

/** What a missing service means: sentences under their own keys, in the order of their weight. */
const lacksOf = ({ find, get, move, commitment }: ArchiveServices, isProofWanted: boolean) =>
  [
    find ? null : ('noFind' as const),
    !get && !move ? ('noRetrieve' as const) : null,
    !get && move ? ('onlyMove' as const) : null,
    isProofWanted && !commitment ? ('noCommitment' as const) : null,
  ].filter((lack) => lack !== null)

export function ArchiveServicesList(props: { services: ArchiveServices; isProofWanted: boolean }) {
  const { services, isProofWanted } = props
  const { t } = useTranslation()
  return (
    <Stack gap={6} mt={4}>
      <ul className={classes.list} aria-label={t('settings:archive.services.label')}>
        {(['find', 'get', 'move', 'commitment'] as const).map((service) => (
          <li key={service} data-accepted={services[service]}>
            {services[service] ? (
              <IconCheck size={14} stroke={2} aria-hidden="true" />
            ) : (
              <IconMinus size={14} stroke={2} aria-hidden="true" />
            )}
            {t(`settings:archive.services.${service}`)}
            <span className={classes.word}>
              {t(services[service] ? 'settings:archive.services.accepted' : 'settings:archive.services.notAccepted')}
            </span>
          </li>
        ))}
      </ul>
      {lacksOf(services, isProofWanted).map((lack) => (
        <Text key={lack} size="sm" className={classes.lack}>
          <IconAlertTriangle size={14} stroke={1.8} aria-hidden="true" />
          {t(`settings:archive.services.${lack}`)}
        </Text>
      ))}
    </Stack>
  )
}
