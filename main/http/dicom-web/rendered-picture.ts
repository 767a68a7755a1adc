/** One rendered picture (PS3.18 §8.3.5.1), and whether an image can be rendered as it is asked for. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Cache } from '../../cache/cache.ts'
import type { ImageHeader } from '../../contract/image.ts'
import { type PixelService, type Rendering, withLook } from '../../pixels/index.ts'
import { httpLimits } from '../limits.ts'
import type { FrameReader } from '../pixels/frame-reader.ts'
import type { MediaRange } from './accept.ts'
import { bytesOf } from './frames.ts'
import type { Multipart } from './multipart.ts'
import type { PictureParameters, RenderingParameters } from './rendering-parameters.ts'
import type { ResourceUids } from './search.ts'
import { WebError } from './web-error.ts'

export type InstanceUids = Required<ResourceUids>

/** What the rendered resources need of the other routes; each throws {@link WebError} 503 while the data folder is locked. */
export interface RenderedRoutes {
  cache(): Cache
  reader(): FrameReader
  pixels(): Pick<PixelService, 'render'>
  uidsOf(request: FastifyRequest): ResourceUids
  /** In the order of series and instances. Throws {@link WebError} 404. */
  keysOf(uids: ResourceUids): Promise<number[]>
  rangesOf(request: FastifyRequest): MediaRange[]
  addressOf(request: FastifyRequest, instance: InstanceUids): string
  sendMultipart(reply: FastifyReply, message: Multipart): FastifyReply
}

/** The part of the image that is asked for, in its pixels; throws {@link WebError} 400 when it is not all within. */
function regionOf({ rendering: { region } }: PictureParameters, header: ImageHeader): Rendering['region'] {
  if (!region) return null
  const { Columns = 0, Rows = 0 } = header
  const { left, top } = region
  const width = region.width ?? Columns - left
  const height = region.height ?? Rows - top
  if (width < 1 || height < 1 || left + width > Columns || top + height > Rows) throw new WebError(400, 'bad-viewport')
  return { left, top, width, height }
}

/** Throws {@link WebError} 400 for what the image cannot be asked: a part outside of it, a window on colours. */
function checkFits(parameters: PictureParameters, header: ImageHeader): void {
  regionOf(parameters, header)
  const { SamplesPerPixel, PhotometricInterpretation } = header
  const isColour = (SamplesPerPixel ?? 1) > 1 || PhotometricInterpretation === 'PALETTE COLOR'
  if (parameters.look && isColour) throw new WebError(400, 'bad-window')
}

const cannotBeRendered = (): WebError => new WebError(406, 'cannot-be-rendered')

export interface Pictures {
  /** Throws {@link WebError} where it is known before that the image cannot be rendered so, or at all. */
  check(parameters: PictureParameters, header: ImageHeader): void
  /** The encoded picture of a frame, from 0. Throws {@link WebError}. */
  render(header: ImageHeader, frame: number, parameters: RenderingParameters): Promise<Uint8Array>
}

/** Renders, and remembers which images turned out not to be possible: the index knows only what cannot be read. */
export function createPictures(routes: Pick<RenderedRoutes, 'cache' | 'reader' | 'pixels'>): Pictures {
  const failed = new WeakMap<Cache, Set<number>>()
  const failedNow = (): Set<number> => {
    const keys = failed.get(routes.cache()) ?? new Set()
    failed.set(routes.cache(), keys)
    return keys
  }
  const remember = ({ instanceKey }: ImageHeader) => {
    const keys = failedNow()
    if (keys.size >= httpLimits.unrenderable) keys.clear()
    keys.add(instanceKey)
  }

  return {
    check(parameters, header) {
      if (header.notDisplayable || failedNow().has(header.instanceKey)) throw cannotBeRendered()
      checkFits(parameters, header)
    },
    async render(header, frame, parameters) {
      checkFits(parameters, header)
      if (frame >= header.NumberOfFrames) throw new WebError(404, 'no-such-frame')
      const { look } = parameters
      const rendering = { ...parameters.rendering, region: regionOf(parameters, header) }
      const shown = look ? withLook(header, frame, look) : header
      const picture = await routes.pixels().render(shown, frame, rendering, async () => {
        const [read] = await routes.reader()(header.instanceKey, frame, 1)
        return bytesOf(read)
      })
      if (picture.kind === 'busy') throw new WebError(503, 'too-busy')
      if (picture.kind === 'cannot-be-rendered') {
        if (frame === 0 && !header.notDisplayable) remember(header)
        throw cannotBeRendered()
      }
      if (frame === 0) failedNow().delete(header.instanceKey)
      return picture.bytes
    },
  }
}
