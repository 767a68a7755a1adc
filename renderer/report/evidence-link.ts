/** How a report reaches the images: directly beside them, through the channel from a window of its own. */
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import type { ImageLook } from '../../main/contract/report.ts'
import { evidencePort } from '../viewer/evidence-port.ts'

export interface EvidenceLink {
  /** `of`: the study that it was measured in, where that is known. */
  goToMeasurement(measurementId: string, of: string | undefined): void
  goToImage(image: ImageReference, look: ImageLook | null): void
  /** Hands over the measurement to be quoted, as soon as the station has kept it; from a window of its own it comes as a message. */
  wantMeasurement(use: (measurement: Measurement) => void): void
  /** The same with the frame that is shown. */
  wantImage(isCited: boolean, use: (image: ImageReference, look: ImageLook) => void): void
  /** Gives the images the focus. */
  focusImages(): void
}

/** How long a measurement that was just drawn may take to be kept, ms. */
const KEPT_WITHIN = 5000

/** Waits for the last measurement to be kept; `giveUp` when there is none. */
function lastMeasurement(use: (measurement: Measurement) => void, giveUp: () => void): void {
  const port = evidencePort()
  const now = port?.lastMeasurement()
  if (now || !port) {
    if (now) use(now)
    else giveUp()
    return
  }
  const done = () => {
    clearTimeout(timer)
    stop()
  }
  const timer = setTimeout(() => {
    done()
    giveUp()
  }, KEPT_WITHIN)
  const stop = port.subscribe(() => {
    const kept = port.lastMeasurement()
    if (!kept) return
    done()
    use(kept)
  })
}

/** The link to the images of this very window; `say` tells a person that there is nothing to be quoted. */
export const besideImages = (
  focusImages: () => void,
  say: (what: 'noMeasurement' | 'noImage') => void,
): EvidenceLink => ({
  goToMeasurement: (id, of) => evidencePort()?.goToMeasurement(id, of),
  goToImage: (image, look) => evidencePort()?.goToImage(image, look),
  wantMeasurement: (use) => lastMeasurement(use, () => say('noMeasurement')),
  wantImage: (_isCited, use) => {
    const shown = evidencePort()?.currentImage()
    if (shown) use(shown.image, shown.look)
    else say('noImage')
  },
  focusImages,
})
