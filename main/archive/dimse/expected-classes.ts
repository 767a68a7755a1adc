/** Which storage SOP classes a C-GET is to propose: those that a query told, or, where it did not, those that a modality makes. */
import { modalityOfSOPClass } from '../../dicom/modality-of-sop-class.ts'
import { storageSOPClasses } from '../../dicom/sop-classes.ts'
import type { RemoteInstance, RemoteSeries } from '../study-source.ts'

/** As many presentation contexts as an association has beside those of the operation. */
const AT_ONCE = 126

/** So many that each can be proposed in the encodings without compression and one more, where anything may come. */
const GUESSED_AT_ONCE = 42

/** What every modality puts among its images, and what workstations make beside them, mostly in series of their own. */
const capture = /SecondaryCapture/
const document = /^(GrayscaleSoftcopyPresentationState|KeyObject|EncapsulatedPDF|.*SRStorage$|RawData|Segmentation)/

/** The likely ones first, and few of them: the fewer classes, the more encodings of each are proposed. */
const guessed = (Modality: string): string[][] => {
  const [own, captures, documents, rest]: [string[], string[], string[], string[]] = [[], [], [], []]
  for (const { UID, keyword } of storageSOPClasses.values()) {
    if (modalityOfSOPClass(UID)?.CodeValue === Modality) own.push(UID)
    else if (capture.test(keyword)) captures.push(UID)
    else (document.test(keyword) ? documents : rest).push(UID)
  }
  const likely = own.length > 0 ? [[...own, ...captures], documents] : [[...documents, ...captures]]
  const others: string[][] = []
  for (let at = 0; at < rest.length; at += GUESSED_AT_ONCE) others.push(rest.slice(at, at + GUESSED_AT_ONCE))
  return [...likely, ...others]
}

/** Groups that are proposed one after the other as long as something is missing; one alone where all classes are told. */
export function expectedClasses(series: RemoteSeries, instances: readonly RemoteInstance[]): string[][] {
  const told = [...new Set(instances.map(({ SOPClassUID }) => SOPClassUID))]
  const areTold = told.length > 0 && told.length <= AT_ONCE && !told.includes('')
  return areTold ? [told] : guessed(series.Modality)
}
