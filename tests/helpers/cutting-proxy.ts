/** A TCP proxy that cuts: connections pass through it until, by plan, so many bytes have gone one way, and are then reset on both sides. */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Where one connection is cut. */
export interface Cut {
  direction: 'request' | 'answer'
  /** Bytes of that direction that pass. */
  after: number
}

export interface CuttingProxy {
  port: number
  /** For the next connections, one each; without one a connection passes whole. */
  cuts: Cut[]
  /** Cuts that were made. */
  made: number
  /** Connections that came. */
  connections: number
  /** Ends everything under way, and refuses what comes, until it is set to false. */
  isDown: boolean
  close(): Promise<void>
}

/** Passes what `from` gives on to `to`; calls `onCut` when no more may pass. */
const pass = (from: Socket, to: Socket, most: number, onCut: () => void): void => {
  let left = most
  from.on('data', (piece) => {
    const part = piece.subarray(0, left)
    left -= part.length
    if (part.length > 0 && !to.write(part)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
    if (left === 0) onCut()
  })
  from.on('end', () => to.end())
}

/** Starts it before the server at 127.0.0.1:`targetPort`. */
export const startCuttingProxy = async (targetPort: number): Promise<CuttingProxy> => {
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    proxy.connections += 1
    const keep = (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    keep(client)
    if (proxy.isDown) return void client.resetAndDestroy()
    const remote = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    client.setNoDelay(true)
    keep(remote)
    remote.on('close', () => client.destroy())
    client.on('close', () => remote.destroy())
    const cut = proxy.cuts.shift()
    const most = (direction: Cut['direction']) => (cut?.direction === direction ? cut.after : Number.POSITIVE_INFINITY)
    const end = () => {
      proxy.made += 1
      // What passed is to arrive; nothing after it.
      setImmediate(() => {
        client.resetAndDestroy()
        remote.resetAndDestroy()
      })
    }
    if (cut?.after === 0 && cut.direction === 'request') return end()
    pass(client, remote, most('request'), end)
    pass(remote, client, most('answer'), end)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: CuttingProxy = {
    port: (server.address() as AddressInfo).port,
    cuts: [],
    made: 0,
    connections: 0,
    get isDown() {
      return isDown
    },
    set isDown(down) {
      isDown = down
      if (down) for (const socket of sockets) socket.resetAndDestroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  let isDown = false
  return proxy
}
