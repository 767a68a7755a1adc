/** A station in this process, in a temporary folder, with a window that is signed in. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTRPCClient, createWSClient, httpBatchLink, splitLink, type TRPCClient, wsLink } from '@trpc/client'
import pino from 'pino'
import { WebSocket } from 'ws'
import type { RouterOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import type { StationEvent } from '../../main/contract/station.ts'
import type { Host } from '../../main/host.ts'
import { createKeyFileStore } from '../../main/security/index.ts'
import { createStation } from '../../main/station.ts'
import type { Station, StationOptions } from '../../main/station-options.ts'

export interface RunningStation {
  station: Station
  client: TRPCClient<RouterOf<StationContract>>
  /** Events that came so far on a subscription, hello included. */
  events: { id: string; data: StationEvent }[]
  /** Windows that were asked for. */
  shown: string[]
  /** Reasons for which sleep is held off now; and how often it was. */
  awake: Set<object>
  heldOff(): number
  ask(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

/** A new folder with the data folder `data` and the key file `station.key` in it. */
export function temporaryFolder(): { folder: string; dataFolder: string; keyFile: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'astreinte-station-'))
  return {
    folder,
    dataFolder: join(folder, 'data'),
    keyFile: join(folder, 'station.key'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function signIn(entry: string): Promise<string> {
  const { origin, hash } = new URL(entry)
  const headers = { 'content-type': 'application/json', origin }
  const answer = await fetch(`${origin}/enter`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ code: hash.slice(1) }),
  })
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** Starts a station on free ports. */
export async function runStation(
  place: { dataFolder: string; keyFile: string },
  options: Partial<StationOptions> & { kind?: Host['kind'] } = {},
): Promise<RunningStation> {
  const shown: string[] = []
  const awake = new Set<object>()
  let heldOff = 0
  const { dataFolder, keyFile } = place
  const host: Host = {
    kind: options.kind ?? 'headless',
    keyStore: createKeyFileStore({ keyFile, dataFolder }),
    windowWithoutSandbox: false,
    preventSleep: () => {
      const reason = {}
      awake.add(reason)
      heldOff += 1
      return () => void awake.delete(reason)
    },
    showWindow: (entry) => void shown.push(entry),
  }
  const station = await createStation({
    dataFolder,
    host,
    log: pino({ level: 'silent' }),
    rendererFolder: null,
    resourcesFolder: join(import.meta.dirname, '..', '..', 'resources'),
    dicomPort: 0,
    ...options,
  })
  const { url } = station
  const cookie = await signIn(station.entry())
  const socket = createWSClient({
    url: `${url.replace('http', 'ws')}/events`,
    WebSocket: class extends WebSocket {
      constructor(address: string) {
        super(address, { headers: { cookie, origin: url } })
      }
    } as unknown as typeof globalThis.WebSocket,
  })
  const client = createTRPCClient<RouterOf<StationContract>>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: wsLink({ client: socket }),
        false: httpBatchLink({ url: `${url}/call`, headers: { cookie } }),
      }),
    ],
  })
  const events: RunningStation['events'] = []
  const heard = Promise.withResolvers<void>()
  const onData = (event: RunningStation['events'][number]) => {
    events.push(event)
    heard.resolve()
  }
  const subscription = client.station.feed.subscribe({}, { onData, onError: heard.reject })
  // What happens before the hello is told to nobody.
  await heard.promise
  return {
    station,
    client,
    events,
    shown,
    awake,
    heldOff: () => heldOff,
    ask: (path, init = {}) => fetch(`${url}${path}`, { ...init, headers: { cookie, ...init.headers } }),
    async close() {
      subscription.unsubscribe()
      await socket.close()
      await station.close()
    },
  }
}
