/** Whether this window reaches its station: what the connection banner and the boot page show. */
import { create } from 'zustand'

/** `ended`: the station refused this window's secret; only a newly opened window can go on. */
export type Connection = 'open' | 'lost' | 'ended'

interface ConnectionState {
  connection: Connection
  /** When the connection was lost, ms since the epoch; null while it is open. */
  lostAt: number | null
  opened(): void
  lost(): void
  ended(): void
}

export const useConnection = create<ConnectionState>((set) => ({
  connection: 'open',
  lostAt: null,
  opened: () => set((state) => (state.connection === 'ended' ? state : { connection: 'open', lostAt: null })),
  lost: () => set((state) => (state.connection === 'open' ? { connection: 'lost', lostAt: Date.now() } : state)),
  ended: () => set({ connection: 'ended' }),
}))

/**
 * `fetch` that notes in {@link useConnection} how the station answered: 401 ends this window's access, no answer at all means it is lost.
 * Rejects as `fetch` does.
 */
export async function stationFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { opened, lost, ended } = useConnection.getState()
  try {
    const response = await fetch(input, init)
    if (response.status === 401) ended()
    else opened()
    return response
  } catch (cause) {
    if (!init?.signal?.aborted) lost()
    throw cause
  }
}
