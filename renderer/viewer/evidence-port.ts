/**
 * How a report reaches the evidence on screen: the reading screen offers this port while it is open, the report beside it quotes
 * measurements and key images through it and jumps back to them.
 */
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import type { ImageLook } from '../../main/contract/report.ts'

export interface EvidencePort {
  /**
   * The selected measurement, which one just made is, else the one changed last. Null without any, or until the station has kept it (which
   * it is asked at once, and listeners are told): never an older one in its place.
   */
  lastMeasurement(): Measurement | null
  measurement(id: string): Measurement | null
  /**
   * Shows the image of a measurement with the measurement highlighted, beside the open study where it is of another one (`of`, where that is
   * known); says in words when it cannot.
   */
  goToMeasurement(id: string, of?: string): void
  /** The image in the active viewport as it is painted; null in a reformatted plane, or without an image. */
  currentImage(): { image: ImageReference; look: ImageLook } | null
  /** Shows the image, in the viewport that has its series or in the active one, as it was looked at; says in words when it is not here. */
  goToImage(image: ImageReference, look?: ImageLook | null): void
  /** Calls back when what it answers may have changed. */
  subscribe(listener: () => void): () => void
}

let offered: EvidencePort | null = null

/** Offers `port` to the rest of the window until the returned function is called. */
export function offerEvidence(port: EvidencePort): () => void {
  offered = port
  return () => {
    if (offered === port) offered = null
  }
}

/** The port of the open reading screen; null when none is open. */
export const evidencePort = (): EvidencePort | null => offered
