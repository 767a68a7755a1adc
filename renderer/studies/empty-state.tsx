/** What an empty study list teaches: how images get here, by the network, by dropping files, or with the demo studies. */
import { Button, Code, Group, Text, Title } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { StationStatus } from '../../main/contract/station.ts'
import { trpc } from '../services/client.ts'
import { useOwnAddresses } from '../services/own-addresses.ts'
import { useWorkspace } from '../services/workspace.ts'
import { CopyTextButton } from '../ui/copy-button.tsx'
import { DemoStudies } from './demo-studies.tsx'
import classes from './empty-state.module.css'
import { FileButtons } from './file-buttons.tsx'

const isLoopback = (address: string): boolean =>
  address.startsWith('127.') || address === '::1' || address === 'localhost'
/** The line that sends a folder from this machine; quoted where the AE title needs it. */
export const storescuLine = (aeTitle: string, port: number): string =>
  `TCP_NODELAY=1 storescu -aec ${/^[\w.-]+$/.test(aeTitle) ? aeTitle : `'${aeTitle.replaceAll("'", `'\\''`)}'`} 127.0.0.1 ${port} +sd +r FOLDER`

function NetworkWay({ receiver }: { receiver: StationStatus['receiver'] }) {
  const { t } = useTranslation()
  const go = useWorkspace((state) => state.go)
  const local = isLoopback(receiver.address)
  const addresses = useOwnAddresses(receiver.address)
  const line = storescuLine(receiver.aeTitle, receiver.port)
  return (
    <section className={classes.way}>
      <Title order={2}>{t('studies:empty.network.title')}</Title>
      {!receiver.listening && (
        <Text c="var(--waiting)" role="alert">
          {t('studies:empty.network.stopped')}
        </Text>
      )}
      <dl className={classes.address} data-selectable>
        <div>
          <dt>{t('studies:empty.network.aeTitle')}</dt>
          <dd>
            <bdi>{receiver.aeTitle}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t('studies:empty.network.address')}</dt>
          <dd>
            {addresses.length === 0
              ? t('studies:empty.network.anyAddress')
              : addresses.map((address) => <div key={address}>{address}</div>)}
          </dd>
        </div>
        <div>
          <dt>{t('studies:empty.network.port')}</dt>
          <dd>{receiver.port}</dd>
        </div>
      </dl>
      <Text c="dimmed">{t(local ? 'studies:empty.network.local' : 'studies:empty.network.open')}</Text>
      <Group gap="xs" wrap="nowrap">
        <Code block data-selectable className={classes.line}>
          {line}
        </Code>
        <CopyTextButton text={line} />
      </Group>
      <Button variant="subtle" w="fit-content" onClick={() => go({ name: 'settings', group: 'station' })}>
        {t('studies:empty.network.change')}
      </Button>
    </section>
  )
}

export function EmptyState() {
  const { t } = useTranslation()
  const receiver = useQuery(trpc.station.status.queryOptions({})).data?.receiver
  return (
    <div className={classes.page}>
      <div className={classes.content}>
        <header>
          <Title order={1}>{t('studies:empty.title')}</Title>
          <Text c="dimmed">{t('studies:empty.text')}</Text>
        </header>
        <div className={classes.ways}>
          {receiver && <NetworkWay receiver={receiver} />}
          <section className={classes.drop}>
            <IconFileImport size={36} stroke={1.2} aria-hidden="true" />
            <Title order={2}>{t('studies:empty.drop.title')}</Title>
            <Text c="dimmed">{t('studies:empty.drop.text')}</Text>
            <FileButtons />
          </section>
        </div>
        <section className={classes.way}>
          <Title order={2}>{t('studies:demo.title')}</Title>
          <Text c="dimmed">{t('studies:demo.text')}</Text>
          <DemoStudies />
        </section>
      </div>
    </div>
  )
}
