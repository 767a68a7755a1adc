/** What a window shows before and besides the shell: the way in, a locked data folder, the first run, access that ended. */
import { Button, Center, Loader } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NOTICE_VERSION } from '../main/contract/notice.ts'
import { FirstRun } from './first-run/first-run.tsx'
import { LockedPage } from './first-run/locked-page.tsx'
import { KeptWordsNotice } from './report/kept-words-notice.tsx'
import { reportOfWindow } from './report/report-of-window.ts'
import { queryClient, trpc } from './services/client.ts'
import { useConnection } from './services/connection.ts'
import { startFeed } from './services/feed.ts'
import { speak } from './services/i18n.ts'
import { restoreWorkspace } from './services/workspace.ts'
import { AccessEnded } from './shell/access-ended.tsx'
import { ScreenBoundary, withoutIdentifiers } from './shell/screen-boundary.tsx'
import { Shell } from './shell/shell.tsx'
import { MessagePage } from './ui/message-page.tsx'

/** A window that is there for one report has no place in the program to come back to. */
const reportId = reportOfWindow()
const ReportWindow = lazy(() =>
  import('./report/report-window.tsx').then((module) => ({ default: module.ReportWindow })),
)

function Waiting() {
  const { t } = useTranslation()
  return (
    <Center h="100%">
      <Loader size="sm" aria-label={t('common:loading')} />
    </Center>
  )
}

function NoAnswer({ error }: { error: { message: string } }) {
  const { t } = useTranslation()
  return (
    <MessagePage
      icon={<IconPlugConnectedX size={32} color="var(--waiting)" />}
      title={t('shell:noAnswer.title')}
      details={withoutIdentifiers(error.message)}
      actions={
        <Button w="fit-content" onClick={() => void queryClient.refetchQueries()}>
          {t('shell:noAnswer.retry')}
        </Button>
      }
    >
      {t('shell:noAnswer.text')}
    </MessagePage>
  )
}

/** The open station: its feed and this window's place, then first run or shell. */
function OpenStation() {
  const settings = useQuery(trpc.settings.get.queryOptions({}))
  const [restored, setRestored] = useState(false)
  useEffect(startFeed, [])
  useEffect(() => {
    if (reportId !== null) return
    let stop = () => {}
    let gone = false
    restoreWorkspace()
      .then((stopSaving) => {
        if (gone) stopSaving()
        else stop = stopSaving
      })
      // A place that cannot be read is no reason to keep a person out.
      .catch(() => undefined)
      .finally(() => setRestored(true))
    return () => {
      gone = true
      stop()
    }
  }, [])
  const language = settings.data?.language
  useEffect(() => {
    if (language !== undefined) speak(language)
  }, [language])
  if (settings.data === undefined) return settings.error ? <NoAnswer error={settings.error} /> : <Waiting />
  const { firstRunDone, noticeAccepted } = settings.data
  if (!firstRunDone || noticeAccepted?.version !== NOTICE_VERSION) return <FirstRun />
  if (reportId !== null)
    return (
      <Suspense fallback={<Waiting />}>
        <ReportWindow reportId={reportId} />
      </Suspense>
    )
  return restored ? <Shell /> : <Waiting />
}

function Window() {
  const connection = useConnection((state) => state.connection)
  const security = useQuery(trpc.security.state.queryOptions({}))
  if (connection === 'ended') return <AccessEnded />
  if (security.data === undefined) return security.error ? <NoAnswer error={security.error} /> : <Waiting />
  return security.data.locked === null ? <OpenStation /> : <LockedPage reason={security.data.locked} />
}

export function App() {
  return (
    <>
      <KeptWordsNotice />
      <ScreenBoundary>
        <Window />
      </ScreenBoundary>
    </>
  )
}
