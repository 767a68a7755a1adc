/** A study's modalities as radiologists name a study: by what made its images. */

/** Modalities of documents about images (PS3.3 §C.7.3.1.1.1), not of images. */
const documents: ReadonlySet<string> = new Set(['SR', 'KO', 'DOC', 'PR', 'AU', 'REG', 'FID', 'RWV', 'STAIN', 'PLAN'])

/** Whether a modality makes images. */
export const isImaging = (Modality: string): boolean => !documents.has(Modality)

/** Those that made images; of a study without any, all. */
export function imagingModalities(ModalitiesInStudy: readonly string[]): readonly string[] {
  const imaging = ModalitiesInStudy.filter(isImaging)
  return imaging.length > 0 ? imaging : ModalitiesInStudy
}
