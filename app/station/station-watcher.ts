/** Forks the station as a utility process, watches it, and starts it again when it dies. */
import { utilityProcess } from 'electron'
import type { FromStation, StationReady, StationStart, ToStation } from './messages.ts'

/** Deaths within a minute after which it is not started again by itself. */
const maxDeathsPerMinute = 3
/** Longer than the five seconds in which a station stops. */
const stopsWithin = 8_000

export interface StationWatcherOptions {
  /** Path of the bundled station. */
  modulePath: string
  start: Omit<StationStart, 'kind' | 'afterCrash'>
  onReady(ready: StationReady, isRestart: boolean): void
  /** Everything else that the station asks or says. */
  onMessage(message: FromStation, answer: (message: ToStation) => void): void
  /** It has ended, for whatever reason. */
  onDied(): void
  /** It cannot start, or dies again and again; `roomNeeded`: MB to be freed on its disk. */
  onGivenUp(reason: string, roomNeeded?: number): void
}

export interface StationWatcher {
  start(): void
  send(message: ToStation): void
  /** Resolves when it has ended; killed when it does not end in time. */
  stop(): Promise<void>
}

/** A watcher that has not started anything yet. */
export function createStationWatcher(options: StationWatcherOptions): StationWatcher {
  let child: Electron.UtilityProcess | null = null
  let isStopping = false
  let hasFailed = false
  let deaths: number[] = []
  let onEnded = () => {}

  const died = (code: number) => {
    child = null
    options.onDied()
    onEnded()
    if (isStopping || hasFailed) return
    deaths = [...deaths, Date.now()].filter((at) => Date.now() - at < 60_000)
    if (deaths.length > maxDeathsPerMinute)
      options.onGivenUp(`the station ended ${deaths.length} times, last with code ${code}`)
    else fork(true)
  }

  const fork = (afterCrash: boolean) => {
    hasFailed = false
    const forked = utilityProcess.fork(options.modulePath, [], {
      serviceName: 'Astreinte station',
      stdio: 'inherit',
      // The pool is shared by fsync, crypto and name look-ups (PS3.8 associations must not wait for them).
      env: { ...process.env, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' },
    })
    child = forked
    forked.on('message', (message: FromStation) => {
      if (message.kind === 'ready') options.onReady(message, afterCrash)
      else if (message.kind === 'failed') {
        hasFailed = true
        options.onGivenUp(message.message, message.roomNeeded)
      } else options.onMessage(message, (answer) => forked.postMessage(answer))
    })
    forked.once('exit', died)
    forked.once('spawn', () =>
      forked.postMessage({ kind: 'start', afterCrash, ...options.start } satisfies StationStart),
    )
  }

  return {
    start() {
      deaths = []
      isStopping = false
      if (!child) fork(false)
    },
    send: (message) => child?.postMessage(message),
    stop() {
      isStopping = true
      const running = child
      if (!running) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(() => running.kill(), stopsWithin)
        onEnded = () => {
          clearTimeout(timer)
          resolve()
        }
        running.postMessage({ kind: 'stop' } satisfies ToStation)
      })
    },
  }
}
