/** The two demo studies: sent to this station's receiver over the network, like any other study. */
import { Button, Group, Progress, Text } from '@mantine/core'
import { IconCheck, IconDownload } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { trpc } from '../services/client.ts'
import { useDemoProgress } from '../services/demo-progress.ts'
import { useFormat } from '../ui/format.ts'
import { useReasonWords } from '../ui/reason-words.ts'
import classes from './demo-studies.module.css'

interface Demo {
  id: 'phantom' | 'mr'
  instances: number
  loaded: boolean
  running: boolean
  attribution: string
}

function DemoStudy({ demo }: { demo: Demo }) {
  const { t } = useTranslation()
  const format = useFormat()
  const progress = useDemoProgress((state) => state[demo.id])
  const load = useMutation(trpc.importer.loadDemo.mutationOptions())
  const cancel = useMutation(trpc.importer.cancelDemo.mutationOptions())
  const running = progress?.state === 'running' || (progress === undefined && demo.running)
  const failed = progress?.state === 'failed' || load.isError
  const words = useReasonWords()
  return (
    <li className={classes.demo}>
      <div>
        <Text fw={600}>{t(`studies:demo.${demo.id}.title`)}</Text>
        <Text c="dimmed">{t(`studies:demo.${demo.id}.text`, { number: format.number(demo.instances) })}</Text>
        {demo.attribution !== '' && (
          <Text c="dimmed" size="xs" data-selectable>
            {demo.attribution}
          </Text>
        )}
        {running && (
          <Progress
            mt={6}
            value={((progress?.sent ?? 0) / Math.max(1, progress?.total ?? demo.instances)) * 100}
            aria-label={t(`studies:demo.${demo.id}.title`)}
          />
        )}
        {failed && !running && (
          <Text c="var(--waiting)" role="alert">
            {words('demo', progress?.reason ?? 'other')}
          </Text>
        )}
      </div>
      {running ? (
        <Group gap="xs" wrap="nowrap">
          <Text className={classes.progress}>
            {format.number(progress?.sent ?? 0)} / {format.number(progress?.total ?? demo.instances)}
          </Text>
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ id: demo.id })}>
            {t('common:cancel')}
          </Button>
        </Group>
      ) : demo.loaded ? (
        <span className={classes.loaded}>
          <IconCheck size={15} aria-hidden="true" /> {t('studies:demo.loaded')}
        </span>
      ) : (
        <Button
          leftSection={<IconDownload size={15} stroke={1.8} />}
          loading={load.isPending}
          onClick={() => load.mutate({ id: demo.id })}
          aria-label={t('studies:demo.loadLabel', { title: t(`studies:demo.${demo.id}.title`) })}
        >
          {t('studies:demo.load')}
        </Button>
      )}
    </li>
  )
}

export function DemoStudies() {
  const demos = useQuery(trpc.importer.demos.queryOptions({}))
  return (
    <ul className={classes.list}>
      {demos.data?.map((demo) => (
        <DemoStudy key={demo.id} demo={demo} />
      ))}
    </ul>
  )
}
