/** The answer to a HEAD (RFC 9110 §9.3.2): that of a GET without its body. */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Sends the headers alone. An empty stream leaves `Content-Length` as it is; nothing at all would be called 0 bytes long. */
export const sendHead = (reply: FastifyReply): FastifyReply => reply.send(Readable.from([]))

/** Sends an answer that has no body at all, 204 or 304. */
export const sendNothing = (reply: FastifyReply): FastifyReply =>
  reply.request.method === 'HEAD' ? sendHead(reply) : reply.send()
