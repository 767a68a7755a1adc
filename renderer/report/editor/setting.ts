/** What the views of fields and chips need of the world around the editor; React gets it by context, as node views are portals. */
import { createContext, useContext } from 'react'
import type { ImageReference, Measurement } from '../../../main/contract/measurement.ts'
import type { FieldDefinition, ImageLook, KeyImage, Run } from '../../../main/contract/report.ts'
import type { Language } from '../../../main/contract/settings.ts'

export type MeasurementRun = Extract<Run, { kind: 'measurement' }>

export interface EditorSetting {
  /** Language of the report: of its figures, dates and spelling. */
  language: Language
  isEditable: boolean
  fields: ReadonlyMap<string, FieldDefinition>
  /** Of the study and the patient's others, as the station has them now; null while that is not known. */
  measurements: readonly Measurement[] | null
  keyImages: readonly KeyImage[]
  /** The date of an image's study where that is not the report's own, else empty. */
  studyDateOf(StudyInstanceUID: string | undefined): string
  goToMeasurement(run: MeasurementRun): void
  goToImage(image: ImageReference, look: ImageLook | null): void
}

const Setting = createContext<EditorSetting | null>(null)

export const EditorSettingProvider = Setting.Provider

/** Only inside the report editor. */
export function useEditorSetting(): EditorSetting {
  const setting = useContext(Setting)
  if (!setting) throw new Error('useEditorSetting outside the report editor')
  return setting
}
