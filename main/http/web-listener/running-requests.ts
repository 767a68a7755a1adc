/** Requests that run for each client, so that one cannot take all, and one that may no longer is cut in the middle. */
import type { Socket } from 'node:net'

export interface RunningRequests {
  /** False when the client has as many running as it may. Otherwise call `end` with the same once it is answered. */
  begin(clientId: string, socket: Socket): boolean
  end(clientId: string, socket: Socket): void
  /** Destroys every connection on which a request of the client runs. */
  cut(clientId: string): void
}

/** At most `most` for one client. */
export function createRunningRequests(most: number): RunningRequests {
  const running = new Map<string, Socket[]>()
  return {
    begin(clientId, socket) {
      const sockets = running.get(clientId) ?? []
      if (sockets.length >= most) return false
      running.set(clientId, [...sockets, socket])
      return true
    },
    end(clientId, socket) {
      const sockets = running.get(clientId) ?? []
      const at = sockets.indexOf(socket)
      const left = at < 0 ? sockets : sockets.toSpliced(at, 1)
      if (left.length > 0) running.set(clientId, left)
      else running.delete(clientId)
    },
    cut(clientId) {
      for (const socket of running.get(clientId) ?? []) socket.destroy()
    },
  }
}
