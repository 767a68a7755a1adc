/**
 * Rendered studies and series (PS3.18 §10.4.1.1.3): one picture of each image, of several frames the first, in the order of series and
 * instances. A picture is made when the client has taken the one before. What is left out is told by 206 before anything is sent;
 * what fails after that cuts the answer, so that nobody takes it for whole, and is left out from then on.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { httpLimits } from '../limits.ts'
import { sendHead } from './head.ts'
import { multipart, type Part } from './multipart.ts'
import type { InstanceUids, Pictures, RenderedRoutes } from './rendered-picture.ts'
import {
  annotationWarning,
  type PictureParameters,
  pictureParameters,
  picturesForm,
  type RenderingParameters,
} from './rendering-parameters.ts'
import type { Query } from './request.ts'
import { WebError } from './web-error.ts'

interface Picture {
  bytes: Uint8Array
  instance: InstanceUids
}

async function* noParts(): AsyncGenerator<Part, void> {}

const isBusy = (error: unknown): boolean => error instanceof WebError && error.statusCode === 503

/** Serves `path/rendered`. */
export function registerRenderedSeries(
  server: FastifyInstance,
  path: string,
  routes: RenderedRoutes,
  pictures: Pictures,
): void {
  /** Keys of what can be rendered as it is asked for, as far as is known. Throws {@link WebError} when that is nothing. */
  async function renderableOf(keys: number[], parameters: PictureParameters): Promise<number[]> {
    const renderable: number[] = []
    let refusal = new WebError(406, 'cannot-be-rendered')
    for (const key of keys) {
      const header = await routes.cache().imageHeader(key)
      try {
        if (header) pictures.check(parameters, header)
        if (header) renderable.push(key)
      } catch (error) {
        if (!(error instanceof WebError)) throw error
        // That something is asked wrongly says more than that there are also documents.
        if (error.statusCode === 400) refusal = error
      }
    }
    if (renderable.length === 0) throw refusal
    return renderable
  }

  async function pictureOf(key: number, parameters: RenderingParameters): Promise<Picture> {
    const header = await routes.cache().imageHeader(key)
    if (!header) throw new WebError(404, 'not-found')
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = header
    const bytes = await pictures.render(header, 0, parameters)
    return { bytes, instance: { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } }
  }

  /** In the middle of a message there is no status any more: it waits for its turn. */
  async function pictureInTurn(key: number, parameters: RenderingParameters): Promise<Picture> {
    for (let tries = 1; ; tries++) {
      try {
        return await pictureOf(key, parameters)
      } catch (error) {
        if (!isBusy(error) || tries >= httpLimits.renderRetries) throw error
        await wait(httpLimits.renderRetry)
      }
    }
  }

  /** The first picture that can be made, and the keys behind it. Throws {@link WebError} of the first that cannot, if none can. */
  async function firstOf(keys: number[], parameters: RenderingParameters, isGone: () => boolean) {
    let failure: unknown
    for (const [index, key] of keys.entries()) {
      if (isGone()) throw new WebError(400, 'cut')
      try {
        return { first: await pictureOf(key, parameters), others: keys.slice(index + 1) }
      } catch (error) {
        if (!(error instanceof WebError) || isBusy(error)) throw error
        failure ??= error
      }
    }
    throw failure
  }

  server.get(`${path}/rendered`, async (request, reply) => {
    const asked = pictureParameters(request.query as Query)
    const unwritten = annotationWarning(asked)
    if (unwritten) reply.header('warning', unwritten)
    const all = await routes.keysOf(routes.uidsOf(request))
    const renderable = await renderableOf(all, asked)
    const { type, isMultipart } = picturesForm(routes.rangesOf(request), renderable.length === 1)
    const tellLeftOut = (leftOut: number) => {
      if (leftOut === 0) return
      const left = `299 Astreinte "${leftOut} instances cannot be rendered and are left out."`
      reply.code(206).header('warning', unwritten ? `${unwritten}, ${left}` : left)
    }
    if (request.method === 'HEAD') {
      tellLeftOut(all.length - renderable.length)
      return isMultipart ? routes.sendMultipart(reply, multipart(type, noParts())) : sendHead(reply.type(type))
    }
    const parameters = { ...asked, rendering: { ...asked.rendering, type } }
    const { first, others } = await firstOf(renderable, parameters, () => reply.raw.destroyed)
    tellLeftOut(all.length - 1 - others.length)
    if (!isMultipart) return reply.type(type).send(Buffer.from(first.bytes))

    const partOf = ({ bytes, instance }: Picture): Part => ({
      headers: { 'Content-Type': type, 'Content-Location': `${routes.addressOf(request, instance)}/rendered` },
      length: bytes.length,
      body: [bytes],
    })
    async function* parts(): AsyncGenerator<Part, void> {
      yield partOf(first)
      for (const key of others) yield partOf(await pictureInTurn(key, parameters))
    }
    return routes.sendMultipart(reply, multipart(type, parts()))
  })
}
