/** The renderer's built files, with its index page for every address that is a place in the program and not a file. */
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Serves `folder`, or only says *not found* when it is null. */
export async function registerRendererFiles(server: FastifyInstance, folder: string | null): Promise<void> {
  if (folder !== null) {
    await server.register(fastifyStatic, {
      root: folder,
      cacheControl: false,
      etag: false,
      lastModified: false,
      dotfiles: 'deny',
    })
  }
  server.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    // A UID in an address has dots too: only letters make an ending.
    const isFile = /\.[a-z][a-z0-9]*$/i.test(path)
    const isPlace = request.method === 'GET' && !isFile && (request.headers.accept ?? '').includes('text/html')
    if (folder !== null && isPlace) return reply.sendFile('index.html')
    return reply.code(404).send({ code: 'not-found' })
  })
}
