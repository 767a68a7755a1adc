/** How a report reaches the images: directly beside them, through the channel from a window of its own. */
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import type { KeyImage } from '../../main/contract/report.ts'

export interface EvidenceLink {
  goToMeasurement(measurementId: string): void
  goToImage(image: ImageReference, window: KeyImage['window']): void
  /** The measurement to be quoted; null with images elsewhere, which then answer by themselves, or without any. */
  wantMeasurement(): Measurement | null
  /** The same with the frame that is shown. */
  wantImage(isCited: boolean): { image: ImageReference; window: KeyImage['window'] } | null
  /** Gives the images the focus. */
  focusImages(): void
}
