/** The typed way to the station: calls over HTTP, events over one WebSocket, answers kept by TanStack Query. */
import { QueryClient } from '@tanstack/react-query'
import { createTRPCClient, createWSClient, httpBatchLink, splitLink, TRPCClientError, wsLink } from '@trpc/client'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import type { RouterOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import { stationFetch, useConnection } from './connection.ts'

export type StationRouter = RouterOf<StationContract>

const MAX_RETRIES = 3

const isRefusal = (error: unknown): boolean => {
  const status = error instanceof TRPCClientError ? error.data?.httpStatus : undefined
  return typeof status === 'number' && status >= 400 && status < 500
}

/** Answers are fresh until the feed says otherwise. Loopback does not depend on a network: never paused by `navigator.onLine`. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
      retry: (count, error) =>
        count < MAX_RETRIES && !isRefusal(error) && useConnection.getState().connection !== 'ended',
      retryDelay: (attempt) => Math.min(250 * 2 ** attempt, 2000),
    },
    mutations: { networkMode: 'always' },
  },
})

const eventsUrl = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/events`

const events = createWSClient({
  url: eventsUrl,
  lazy: { enabled: true, closeMs: 1000 },
  keepAlive: { enabled: true, intervalMs: 5000, pongTimeoutMs: 5000 },
  retryDelayMs: (attempt) => Math.min(250 * 2 ** attempt, 3000),
  onOpen: () => useConnection.getState().opened(),
  onClose: () => void askWhyClosed(),
})

/** How often a station that does not answer is asked again, ms. */
const PROBE_EVERY = 2000
let probing = false

/** A closed WebSocket does not tell a refused secret from a stopped station; a plain call does, repeated until one answers. */
async function askWhyClosed(): Promise<void> {
  useConnection.getState().lost()
  if (probing) return
  probing = true
  while (useConnection.getState().connection === 'lost') {
    await stationClient.security.state.query({}).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY))
  }
  probing = false
}

/** Calls without React: `stationClient.studies.get.query({ … })`. */
export const stationClient = createTRPCClient<StationRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: wsLink({ client: events }),
      false: httpBatchLink({
        url: '/call',
        fetch: (url, init) => stationFetch(url, init as RequestInit),
        maxURLLength: 8000,
      }),
    }),
  ],
})

/** Calls inside React: `useQuery(trpc.studies.get.queryOptions({ … }))`. */
export const trpc = createTRPCOptionsProxy<StationRouter>({ client: stationClient, queryClient })
