/** What the windows of one station tell each other about a study's report: where it is written, and what is to be put in or shown. */
import type { ImageReference, Measurement } from '../../../main/contract/measurement.ts'
import type { ImageLook } from '../../../main/contract/report.ts'

export type WindowMessage =
  /** The window that writes the report is to give it up: it saves, closes if it is the report's own, and lets go. */
  | { kind: 'bring-back'; reportId: string }
  /** The report's own window writes now. */
  | { kind: 'attached'; reportId: string }
  /** To the window that writes this very report: put this into the text. */
  | { kind: 'insert-measurement'; reportId: string; measurement: Measurement }
  | {
      kind: 'mark-image'
      reportId: string
      image: ImageReference
      look: ImageLook
      isCited: boolean
    }
  /** To the window with the images. */
  | { kind: 'want-measurement'; reportId: string }
  | { kind: 'want-image'; reportId: string; isCited: boolean }
  | { kind: 'go-to-measurement'; measurementId: string; of: string | undefined }
  | { kind: 'go-to-image'; image: ImageReference; look: ImageLook | null }
  /** To the window with the images: take the focus there. */
  | { kind: 'focus-images' }
  | { kind: 'focus-text' }

interface Envelope {
  StudyInstanceUID: string
  message: WindowMessage
}

const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && 'StudyInstanceUID' in value && 'message' in value

export interface WindowChannel {
  tell(message: WindowMessage): void
  close(): void
}

/** Joins the windows that show `StudyInstanceUID`; only windows of this station's origin hear it. */
export function joinWindows(StudyInstanceUID: string, hear: (message: WindowMessage) => void): WindowChannel {
  const channel = new BroadcastChannel('astreinte report')
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isEnvelope(data) && data.StudyInstanceUID === StudyInstanceUID) hear(data.message)
  }
  return {
    tell: (message) => channel.postMessage({ StudyInstanceUID, message } satisfies Envelope),
    close: () => channel.close(),
  }
}
