/**
 * TID 1500 Measurement Report: the measurements that a report quotes, as evidence of their own. Comprehensive SR as long as each was made
 * in a stored image; Comprehensive 3D SR when one was made in a reformatted plane, whose coordinates only that IOD can hold.
 */
import type { ImageReference } from '../../contract/measurement.ts'
import { type Code, codes, modalityOfSOPClass } from '../../dicom/index.ts'
import { type ContentItem, codedItem, container } from './content-item.ts'
import type { IssuedReport } from './issued-report.ts'
import { observationContext } from './tid1001-observation-context.ts'
import { languageOfContent } from './tid1204-language.ts'
import { measurementGroup } from './tid1501-measurement-group.ts'
import { imageLibrary } from './tid1600-image-library.ts'

const procedures: Readonly<Record<string, Code>> = {
  CT: codes.CTUnspecifiedBodyRegion,
  MR: codes.MRIUnspecifiedBodyRegion,
  PT: codes.PETUnspecifiedBodyRegion,
  NM: codes.NMUnspecifiedBodyRegion,
}

/** Procedure reported (CID 100), as far as the images tell. */
const procedureReported = (images: readonly ImageReference[]): Code[] => {
  const found = new Set(
    images.map(
      ({ SOPClassUID }) => procedures[modalityOfSOPClass(SOPClassUID)?.CodeValue ?? ''] ?? codes.ImagingProcedure,
    ),
  )
  return found.size > 0 ? [...found] : [codes.ImagingProcedure]
}

/** Content of the root, whose title is {@link codes.ImagingMeasurementReport}. */
export const measurementReport = ({ report, issue, measurements }: IssuedReport): ContentItem[] => {
  const images = measurements.flatMap(({ image }) => image ?? [])
  return [
    languageOfContent(report.language),
    ...observationContext(issue.signer),
    ...procedureReported(images).map((procedure) => codedItem('HAS CONCEPT MOD', codes.ProcedureReported, procedure)),
    ...imageLibrary(images),
    container('CONTAINS', codes.ImagingMeasurements, measurements.map(measurementGroup)),
  ]
}
