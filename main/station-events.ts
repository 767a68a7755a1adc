/** Carries what changes in the services to the feed of the windows, and holds off sleep while objects come in or go out. */

import type { Host } from './host.ts'
import type { Feed } from './http/index.ts'
import { connectArchiveEvents } from './station-archive.ts'
import type { Problems } from './station-problems.ts'
import { connectReportEvents } from './station-report-events.ts'
import type { StationServices } from './station-services.ts'
import { connectSpaceEvents } from './station-space.ts'
import type { Teller } from './station-status.ts'

/** ms after the last object until a study no longer counts as being received; as in the study list. */
const QUIET = 5_000
/** ms between two looks at the disk. */
const DISK_INTERVAL = 10_000

/** Tells each study once more when nothing has come into it for a while. */
function createQuietTimers(feed: Feed) {
  const timers = new Map<string, NodeJS.Timeout>()
  return {
    stored(StudyInstanceUID: string): void {
      clearTimeout(timers.get(StudyInstanceUID))
      const timer = setTimeout(() => {
        timers.delete(StudyInstanceUID)
        feed.studyChanged(StudyInstanceUID, [], false)
      }, QUIET)
      timers.set(StudyInstanceUID, timer)
    },
    stop(): void {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

/** Holds off sleep while `isBusy`. */
function createSleepGuard(host: Host) {
  let release: (() => void) | null = null
  return (isBusy: boolean): void => {
    if (isBusy) release ??= host.preventSleep('moving images')
    else {
      release?.()
      release = null
    }
  }
}

/** Connects the services to the feed; the returned function ends it. */
export function connectEvents(
  services: StationServices,
  { feed, host, problems, teller }: { feed: Feed; host: Host; problems: Problems; teller: Teller },
): () => void {
  const { cache, receiver, importer, exporter, backups } = services
  const quiet = createQuietTimers(feed)
  const guardSleep = createSleepGuard(host)
  const isMoving = () =>
    receiver.status.associations > 0 || importer.intakes.isBusy || exporter.isBusy || backups.isBusy
  const endings = [
    connectReportEvents(services, feed),
    connectArchiveEvents(services, feed, teller),
    connectSpaceEvents(services, feed),
    cache.onStored((changes) => {
      for (const { kind, StudyInstanceUID, SeriesInstanceUID } of changes) {
        if (kind === 'duplicate') continue
        feed.studyChanged(StudyInstanceUID, [SeriesInstanceUID], true)
        quiet.stored(StudyInstanceUID)
      }
      teller.soon()
    }),
    cache.onNoted(({ StudyInstanceUID, SeriesInstanceUIDs }) => {
      feed.studyChanged(StudyInstanceUID, SeriesInstanceUIDs, false)
      teller.soon()
    }),
    services.reportStates.onChange((StudyInstanceUID) => feed.studyChanged(StudyInstanceUID, [], false)),
    services.onMoved(() => guardSleep(isMoving())),
    cache.onDiskFull((full) => problems.set('disk-full', full)),
    receiver.onChange((change) => {
      if (change.kind === 'receiverEvent') feed.publish(change)
      guardSleep(isMoving())
      teller.soon()
    }),
  ]
  const disk = setInterval(() => teller.soon(), DISK_INTERVAL)
  return () => {
    for (const end of endings) end()
    clearInterval(disk)
    quiet.stop()
    guardSleep(false)
  }
}
