/** The contract over HTTP (`/call`, batched) and its events over one WebSocket a window (`/events`). */
import websocket from '@fastify/websocket'
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { getWSConnectionHandler } from '@trpc/server/adapters/ws'
import type { FastifyInstance } from 'fastify'
import type { HandlersOf, RouterOf } from '../contract/define.ts'
import { contract, type StationContract } from '../contract/index.ts'
import { implement } from './implement.ts'
import { httpLimits } from './limits.ts'

type StationRouter = RouterOf<StationContract>

/** Says goodbye to every window, and waits half a second at most for the answers. */
function closeSockets(server: FastifyInstance, done: () => void): void {
  const { clients } = server.websocketServer
  for (const client of clients) client.close(1001)
  setTimeout(() => {
    for (const client of clients) client.terminate()
  }, 500).unref()
  server.websocketServer.close()
  done()
}

/** Serves every call and event of the station's contract by `handlers`. */
export async function registerCalls(server: FastifyInstance, handlers: HandlersOf<StationContract>): Promise<void> {
  const router = implement(contract, handlers)
  const createContext = () => ({})
  const onError = ({ error, path }: { error: { code: string; cause?: unknown }; path: string | undefined }) => {
    const { name, code, stack } = (error.cause ?? error) as { name?: string; code?: unknown; stack?: string }
    // Only of faults of ours the stack, without its first line: a message may quote what a client sent.
    const frames =
      error.code === 'INTERNAL_SERVER_ERROR' ? stack?.split('\n').filter((line) => /^\s+at /.test(line)) : undefined
    server.log.warn({ path, code: error.code, name, cause: code, frames }, 'call failed')
  }

  const trpcOptions: FastifyTRPCPluginOptions<StationRouter>['trpcOptions'] = {
    router,
    createContext,
    onError,
    allowMethodOverride: true,
    maxBatchSize: 200,
  }
  await server.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.bodyLimit = httpLimits.callBodyLimit
      })
      await scope.register(fastifyTRPCPlugin<StationRouter>, { trpcOptions })
    },
    { prefix: '/call' },
  )

  await server.register(websocket, {
    options: { maxPayload: httpLimits.maxEventMessage, perMessageDeflate: false },
    preClose: (done) => closeSockets(server, done),
  })
  const connect = getWSConnectionHandler<StationRouter>({
    router,
    createContext,
    onError,
    wss: server.websocketServer,
    keepAlive: { enabled: true, pingMs: 15_000, pongWaitMs: 10_000 },
  })
  server.register(async (scope) => {
    scope.get('/events', { websocket: true }, (socket, request) => connect(socket, request.raw))
  })
}
