/** Rendered instances and frames, and thumbnails (PS3.18 §10.4.1.1.3, §10.4.1.1.6), made by the pixel workers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Cache } from '../../cache/cache.ts'
import type { ImageHeader } from '../../contract/image.ts'
import { httpLimits } from '../limits.ts'
import { middleImage } from '../pixels/middle-image.ts'
import { parseFrameList } from './frames.ts'
import { createPictures, type RenderedRoutes } from './rendered-picture.ts'
import { registerRenderedSeries } from './rendered-series.ts'
import { annotationWarning, renderingParameters } from './rendering-parameters.ts'
import type { Query } from './request.ts'
import type { ResourceUids } from './search.ts'
import { WebError } from './web-error.ts'

const STUDY = '/studies/:study'
const SERIES = `${STUDY}/series/:series`
const INSTANCE = `${SERIES}/instances/:instance`

const nothingToShow = (): WebError => new WebError(404, 'nothing-to-show')

/** The first image that stands for one of the study's series. */
async function imageOfStudy(cache: Cache, StudyInstanceUID: string): Promise<ImageHeader> {
  const found = await cache.getStudy(StudyInstanceUID)
  for (const { SeriesInstanceUID } of found?.series ?? []) {
    const image = middleImage((await cache.imageHeaders(SeriesInstanceUID, undefined, StudyInstanceUID)).instances)
    if (image) return image
  }
  throw nothingToShow()
}

/** Serves rendered resources below the prefix of `server`. */
export function registerRendered(server: FastifyInstance, routes: RenderedRoutes): void {
  const pictures = createPictures(routes)

  async function headerOf(uids: ResourceUids): Promise<ImageHeader> {
    const [instanceKey = 0] = await routes.keysOf(uids)
    const header = await routes.cache().imageHeader(instanceKey)
    if (!header) throw nothingToShow()
    return header
  }

  /** The image that stands for what the address names. */
  async function imageOf(uids: ResourceUids): Promise<ImageHeader> {
    if (uids.SOPInstanceUID !== undefined) return headerOf(uids)
    await routes.keysOf(uids)
    const { StudyInstanceUID = '', SeriesInstanceUID } = uids
    if (SeriesInstanceUID === undefined) return imageOfStudy(routes.cache(), StudyInstanceUID)
    const { instances } = await routes.cache().imageHeaders(SeriesInstanceUID, undefined, StudyInstanceUID)
    const image = middleImage(instances)
    if (!image) throw nothingToShow()
    return image
  }

  /** Sends a frame, from 0; `isThumbnail` bounds its size where the client does not. */
  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    header: ImageHeader,
    frame: number,
    isThumbnail: boolean,
  ) {
    const asked = renderingParameters(request.query as Query, routes.rangesOf(request))
    const { rendering } = asked
    // Of a thumbnail nobody can ask for a part (PS3.18 §8.3.5.2).
    if (isThumbnail && rendering.region) throw new WebError(400, 'bad-viewport')
    const side = httpLimits.thumbnailSide
    const viewport = rendering.viewport ?? (isThumbnail ? { width: side, height: side } : null)
    const bytes = await pictures.render(header, frame, { ...asked, rendering: { ...rendering, viewport } })
    const warning = annotationWarning(asked)
    if (warning) reply.header('warning', warning)
    return reply.type(rendering.type).send(Buffer.from(bytes))
  }

  const frameOf = (request: FastifyRequest): number => {
    const [frame = 1, ...others] = parseFrameList((request.params as { frames?: string }).frames ?? '1')
    // Several pictures have no media type of their own: they are asked for one by one.
    if (others.length > 0) throw new WebError(400, 'one-frame-only')
    return frame - 1
  }

  for (const path of [INSTANCE, `${INSTANCE}/frames/:frames`]) {
    server.get(`${path}/rendered`, async (request, reply) =>
      send(request, reply, await headerOf(routes.uidsOf(request)), frameOf(request), false),
    )
  }
  server.get(`${INSTANCE}/frames/:frames/thumbnail`, async (request, reply) =>
    send(request, reply, await headerOf(routes.uidsOf(request)), frameOf(request), true),
  )
  for (const path of [STUDY, SERIES, INSTANCE]) {
    server.get(`${path}/thumbnail`, async (request, reply) => {
      const image = await imageOf(routes.uidsOf(request))
      return send(request, reply, image, Math.floor(image.NumberOfFrames / 2), true)
    })
  }
  for (const path of [STUDY, SERIES]) registerRenderedSeries(server, path, routes, pictures)
}
