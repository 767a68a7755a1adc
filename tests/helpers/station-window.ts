/** A window that is signed in at a running station, without a browser: the typed calls over HTTP. */
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client'
import type { RouterOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import { askRunningStation } from '../../main/launch-files.ts'

export interface StationWindow {
  client: TRPCClient<RouterOf<StationContract>>
  ask(path: string, init?: RequestInit): Promise<Response>
}

/** Signs in by a one-time address. */
export async function signIn(entry: string): Promise<StationWindow> {
  const { origin, hash } = new URL(entry)
  const answer = await fetch(`${origin}/enter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ code: hash.slice(1) }),
  })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  return {
    client: createTRPCClient<RouterOf<StationContract>>({
      links: [httpLink({ url: `${origin}/call`, headers: { cookie } })],
    }),
    ask: (path, init = {}) => fetch(`${origin}${path}`, { ...init, headers: { cookie, ...init.headers } }),
  }
}

/** Signs in at the headless station that runs on `dataFolder`. */
export async function signInAt(dataFolder: string): Promise<StationWindow> {
  const answer = await askRunningStation(dataFolder)
  if (!answer || !('entry' in answer)) throw new Error('no station gives an address')
  return signIn(answer.entry)
}
