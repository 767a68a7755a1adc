/**
 * What the viewer asks of the station besides pixels.
 *
 * Pixels have a route of their own, `POST /pixels` with a JSON body {@link pixelRequest}. The answer is a byte stream with, for each
 * requested frame in the requested order, a 16-byte little-endian header and then the payload:
 *
 *   offset 0  uint32  position in the request's `frames`
 *   offset 4  uint32  payload length in bytes
 *   offset 8  uint8   kind: 0 = native pixel bytes (little endian; single-bit frames begin on a byte), 1 = compressed frame as stored, 2 = not available
 *   offset 9  uint8   reserved, 0 (3 bytes)
 *   offset 12 uint32  reserved, 0
 *
 * For kind 2 the payload is UTF-8 JSON `{ "reason": NotDisplayableReason }`. The stream ends after the last frame; a stream that ends
 * earlier was cut and the missing frames are to be asked for again.
 *
 * `GET /thumbnails/:SeriesInstanceUID?study=StudyInstanceUID&revision=N` answers a PNG of at most 160×160 pixels of the series' middle image, or
 * 404; with `&instance=instanceKey&frame=index` (from 0) of that image.
 *
 * `GET /documents/:instanceKey` answers the bytes of an encapsulated document: `application/pdf`, or `text/plain` for any kind of text;
 * 404 when the object holds none, 415 for other kinds, 413 when it is too large.
 */
import { z } from 'zod'
import { query } from './define.ts'
import { imageHeader } from './image.ts'

export const pixelRequest = z.object({
  /** `[instanceKey, frame index from 0]`, in the order wanted. */
  frames: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])).max(20_000),
})
export type PixelRequest = z.infer<typeof pixelRequest>

export const viewer = {
  /**
   * Headers of all instances of a series of the study, in order of arrival; with `afterInstanceKey`, only those that came later. Without
   * `StudyInstanceUID`, of every study that has a series of that UID.
   */
  instances: query(
    z.object({
      StudyInstanceUID: z.string().max(64).optional(),
      SeriesInstanceUID: z.string().max(64),
      afterInstanceKey: z.number().int().optional(),
    }),
    z.object({ revision: z.number().int(), instances: z.array(imageHeader) }),
  ),
  /** Every attribute of one instance as DICOM JSON (PS3.18 Annex F), bulk data left out: for the header browser and tests. */
  attributes: query(
    z.object({ instanceKey: z.number().int() }),
    z.object({ attributes: z.record(z.string(), z.unknown()) }),
  ),
}
