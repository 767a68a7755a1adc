/**
 * The reading screen: one study's images, from the first that is here to the last that comes.
 * Here its parts are put together: the study as it grows, the engine, what was saved, the commands.
 */
import { Button, Group, Loader } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useShownStudies } from '../services/shown-studies.ts'
import { MessagePage } from '../ui/message-page.tsx'
import { prepareRenderingEngine } from './engine/index.ts'
import { readKeptReading } from './kept-reading.ts'
import { ReadingRoom } from './reading-room.tsx'
import { useEngine } from './use-engine.ts'
import { GuestStudy, useGuests } from './use-guests.tsx'
import { useStudyContents } from './use-study-contents.ts'
import { useWriting } from './use-writing.ts'

/** Makes ready what the next opening of a study would wait for. */
export function prepareReading(): void {
  // Without it the study opens all the same, later; what is wrong is said then.
  prepareRenderingEngine().catch(() => undefined)
}

export interface ReadingScreenProps {
  StudyInstanceUID: string
  /** Back to the study list. */
  onClose(): void
}

/** Shows a study: patient banner, series strip, viewports, measurements. */
export function ReadingScreen({ StudyInstanceUID, onClose }: ReadingScreenProps) {
  const w = useWriting()
  const [saved] = useState(() => readKeptReading(StudyInstanceUID))
  const engine = useEngine(saved?.engine ?? '')
  const contents = useStudyContents(StudyInstanceUID)
  const guests = useGuests(contents.others, contents.contents, saved?.guests ?? [])
  useShownStudies([StudyInstanceUID, ...guests.invited])
  const back = <Button onClick={onClose}>{w.t('screen.back')}</Button>
  if (engine.kind === 'failed')
    return (
      <Failure title={w.t('screen.noEngine')} details={String(engine.cause)} actions={back}>
        {w.t('screen.noEngineText')}
      </Failure>
    )
  if (contents.isUnread)
    return (
      <Failure
        title={w.t('screen.studyUnread')}
        actions={
          <Group>
            <Button onClick={contents.retry}>{w.t('strip.retry')}</Button>
            <Button variant="default" onClick={onClose}>
              {w.t('screen.back')}
            </Button>
          </Group>
        }
      >
        {w.t('screen.studyUnreadText')}
      </Failure>
    )
  if (contents.study === null)
    return (
      <Failure title={w.t('screen.noStudy')} actions={back}>
        {w.t('screen.noStudyText')}
      </Failure>
    )
  if (engine.kind === 'starting' || contents.study === undefined)
    return (
      <div style={{ height: '100%', display: 'grid', placeItems: 'center', background: 'var(--viewport)' }}>
        <Loader size="sm" aria-label={w.t('screen.opening')} />
      </div>
    )
  return (
    <>
      {guests.invited.map((guest) => (
        <GuestStudy key={guest} StudyInstanceUID={guest} onRead={guests.take} />
      ))}
      <ReadingRoom
        engine={engine.engine}
        study={contents.study}
        others={contents.others}
        guests={guests.rows}
        guestReadings={guests.read}
        onInvite={guests.invite}
        onDismiss={guests.dismiss}
        contents={guests.contents}
        failedSeries={contents.failed.length}
        onRetry={contents.retry}
        saved={saved}
        onClose={onClose}
      />
    </>
  )
}

function Failure(props: { title: string; details?: string; actions: ReactNode; children: ReactNode }) {
  return (
    <MessagePage
      icon={<IconAlertTriangle size={32} color="var(--waiting)" />}
      title={props.title}
      actions={props.actions}
      {...(props.details === undefined ? {} : { details: props.details })}
    >
      {props.children}
    </MessagePage>
  )
}
