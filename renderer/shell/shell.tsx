/** The frame around every screen: rail, banners, the screen itself, status bar, palette and key overlay. */
import { Center, Loader } from '@mantine/core'
import { lazy, Suspense, useEffect, useState } from 'react'
import { ArchiveScreen } from '../archive/archive-screen.tsx'
import { type Screen, useWorkspace } from '../services/workspace.ts'
import { SettingsScreen } from '../settings/settings-screen.tsx'
import { StorageScreen } from '../storage/storage-screen.tsx'
import { StudiesScreen } from '../studies/studies-screen.tsx'
import { dismissNotice } from '../ui/notify.ts'
import { Banners } from './banners.tsx'
import { KeyOverlay } from './key-overlay.tsx'
import { NavRail } from './nav-rail.tsx'
import { openPalette, Palette } from './palette.tsx'
import { ScreenBoundary } from './screen-boundary.tsx'
import classes from './shell.module.css'
import { shellCommands } from './shell-commands.ts'
import { StatusBar } from './status-bar.tsx'
import { useCommandKeys, useCommands } from './use-commands.ts'

const loadReadingScreen = () => import('../viewer/reading-screen.tsx')
const ReadingScreen = lazy(() => loadReadingScreen().then((module) => ({ default: module.ReadingScreen })))

/** How long a person has been at the study list before the reading screen is prepared, ms. */
const SETTLED = 700

/** The viewer is several MB and its graphics context slow to make: both are ready before a study is opened. */
function usePreparedReading(isReading: boolean): void {
  useEffect(() => {
    if (isReading) return
    let idle = 0
    const prepare = () => {
      loadReadingScreen().then(
        ({ prepareReading }) => {
          idle = requestIdleCallback(prepareReading, { timeout: 2000 })
        },
        () => undefined,
      )
    }
    const timer = setTimeout(() => {
      idle = requestIdleCallback(prepare, { timeout: 2000 })
    }, SETTLED)
    return () => {
      clearTimeout(timer)
      cancelIdleCallback(idle)
    }
  }, [isReading])
}

function CurrentScreen({ screen }: { screen: Screen }) {
  const go = useWorkspace((state) => state.go)
  switch (screen.name) {
    case 'studies':
      return <StudiesScreen />
    case 'archive':
      return <ArchiveScreen section={screen.section} PatientID={screen.PatientID} />
    case 'storage':
      return <StorageScreen section={screen.section} />
    case 'settings':
      return <SettingsScreen group={screen.group} />
    case 'reading':
      return (
        <Suspense
          fallback={
            <Center h="100%" bg="black">
              <Loader size="sm" />
            </Center>
          }
        >
          <ReadingScreen
            key={screen.StudyInstanceUID}
            StudyInstanceUID={screen.StudyInstanceUID}
            onClose={() => go({ name: 'studies' })}
          />
        </Suspense>
      )
  }
}

export function Shell() {
  const screen = useWorkspace((state) => state.screen)
  const go = useWorkspace((state) => state.go)
  const [keysShown, setKeysShown] = useState(false)
  const showKeys = () => setKeysShown(true)
  useCommandKeys()
  useCommands(
    'shell',
    shellCommands({
      palette: openPalette,
      keys: showKeys,
      studies: () => go({ name: 'studies' }),
      archive: () => go({ name: 'archive', section: 'search', PatientID: '' }),
      storage: () => go({ name: 'storage', section: 'space' }),
      settings: () => go({ name: 'settings', group: null }),
      dismiss: dismissNotice,
    }),
  )
  usePreparedReading(screen.name === 'reading')
  return (
    <div className={classes.shell}>
      <NavRail onPalette={openPalette} onKeys={showKeys} />
      <Banners />
      <main className={classes.screen}>
        <ScreenBoundary
          key={screen.name}
          {...(screen.name === 'studies' ? {} : { onLeave: () => go({ name: 'studies' }) })}
        >
          <CurrentScreen screen={screen} />
        </ScreenBoundary>
      </main>
      <StatusBar />
      <Palette />
      <KeyOverlay opened={keysShown} onClose={() => setKeysShown(false)} />
    </div>
  )
}
