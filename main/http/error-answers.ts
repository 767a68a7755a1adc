/** What a request is answered when something failed: a code. Messages, which may quote data, stay in this process. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Answers every error of `server` that its routes do not answer themselves. */
export function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler((error, request, reply) => {
    const { statusCode = 500, code, name, stack } = error as Partial<Error & { statusCode: number; code: string }>
    if (statusCode >= 400 && statusCode < 500) return reply.code(statusCode).send({ code: 'bad-request' })
    const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line))
    request.log.error({ code, name, frames }, 'request failed')
    return reply.code(500).send({ code: 'internal' })
  })
}

/** Answers an address that no route could be looked up for, before any guard: nothing of it is given back. */
export function answerBadAddress({ statusCode = 400 }: FastifyError, _: FastifyRequest, reply: FastifyReply): void {
  reply.code(statusCode).header('cache-control', 'no-store').send({ code: 'bad-request' })
}
