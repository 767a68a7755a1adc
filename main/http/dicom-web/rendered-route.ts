/** Rendered instances and frames, and thumbnails (PS3.18 §10.4.1.1.3, §10.4.1.1.6), made by the pixel workers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Cache } from '../../cache/cache.ts'
import type { ImageHeader } from '../../contract/image.ts'
import { type PixelService, withLook } from '../../pixels/index.ts'
import { httpLimits } from '../limits.ts'
import type { FrameReader } from '../pixels/frame-reader.ts'
import { middleImage } from '../pixels/middle-image.ts'
import { parseAccept } from './accept.ts'
import { bytesOf, parseFrameList } from './frames.ts'
import { type RenderingParameters, renderingParameters } from './rendering-parameters.ts'
import type { ResourceUids } from './search.ts'
import { WebError } from './web-error.ts'

/** What the rendered resources need of the other routes; each throws {@link WebError} 503 while the data folder is locked. */
export interface RenderedRoutes {
  cache(): Cache
  reader(): FrameReader
  pixels(): Pick<PixelService, 'render'>
  uidsOf(request: FastifyRequest): ResourceUids
  /** Throws {@link WebError} 404. */
  keysOf(uids: ResourceUids): Promise<number[]>
}

const STUDY = '/studies/:study'
const SERIES = `${STUDY}/series/:series`
const INSTANCE = `${SERIES}/instances/:instance`

/** Throws {@link WebError} 400 for what the image cannot be asked: a part outside of it, a window on colours. */
function checkFits({ rendering: { region }, look }: RenderingParameters, header: ImageHeader): void {
  const { Columns = 0, Rows = 0, SamplesPerPixel, PhotometricInterpretation } = header
  if (region && (region.left + region.width > Columns || region.top + region.height > Rows)) {
    throw new WebError(400, 'bad-viewport')
  }
  const isColour = (SamplesPerPixel ?? 1) > 1 || PhotometricInterpretation === 'PALETTE COLOR'
  if (look && isColour) throw new WebError(400, 'bad-window')
}

const nothingToShow = (): WebError => new WebError(404, 'nothing-to-show')

/** The first image that stands for one of the study's series. */
async function imageOfStudy(cache: Cache, StudyInstanceUID: string): Promise<ImageHeader> {
  const found = await cache.getStudy(StudyInstanceUID)
  for (const { SeriesInstanceUID } of found?.series ?? []) {
    const image = middleImage((await cache.imageHeaders(SeriesInstanceUID)).instances)
    if (image) return image
  }
  throw nothingToShow()
}

/** Serves rendered resources below the prefix of `server`. */
export function registerRendered(server: FastifyInstance, routes: RenderedRoutes): void {
  async function headerOf(uids: ResourceUids): Promise<ImageHeader> {
    const [instanceKey = 0] = await routes.keysOf(uids)
    const { SeriesInstanceUID } = await routes.cache().open(instanceKey)
    const { instances } = await routes.cache().imageHeaders(SeriesInstanceUID, instanceKey - 1)
    const header = instances.find((each) => each.instanceKey === instanceKey)
    if (!header) throw nothingToShow()
    return header
  }

  /** The image that stands for what the address names. */
  async function imageOf(uids: ResourceUids): Promise<ImageHeader> {
    if (uids.SOPInstanceUID !== undefined) return headerOf(uids)
    await routes.keysOf(uids)
    const { StudyInstanceUID = '', SeriesInstanceUID } = uids
    if (SeriesInstanceUID === undefined) return imageOfStudy(routes.cache(), StudyInstanceUID)
    const image = middleImage((await routes.cache().imageHeaders(SeriesInstanceUID)).instances)
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
    const query = request.query as Record<string, unknown>
    const accept = typeof query.accept === 'string' ? query.accept : request.headers.accept
    const parameters = renderingParameters(query, parseAccept(accept))
    const { rendering, look } = parameters
    checkFits(parameters, header)
    if (frame >= header.NumberOfFrames) throw new WebError(404, 'no-such-frame')
    const side = httpLimits.thumbnailSide
    const viewport = rendering.viewport ?? (isThumbnail ? { width: side, height: side } : null)
    const shown = look ? withLook(header, frame, look) : header
    const picture = await routes.pixels().render(shown, frame, { ...rendering, viewport }, async () => {
      const [read] = await routes.reader()(header.instanceKey, frame, 1)
      return bytesOf(read)
    })
    if (picture.kind === 'busy') throw new WebError(503, 'too-busy')
    if (picture.kind === 'cannot-be-rendered') throw new WebError(406, 'cannot-be-rendered')
    return reply.type(rendering.type).send(Buffer.from(picture.bytes))
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
}
