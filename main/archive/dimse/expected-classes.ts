/** Which storage SOP classes a C-GET is to propose: those that a query told, or, where it did not, those that a modality makes. */
import { modalityOfSOPClass } from '../../dicom/modality-of-sop-class.ts'
import { storageSOPClasses } from '../../dicom/sop-classes.ts'
import type { RemoteInstance, RemoteSeries } from '../study-source.ts'

/** As many presentation contexts as an association has beside those of the operation. */
const AT_ONCE = 126

/** What every modality makes beside its images, and workstations of all of them. */
const everywhere =
  /^(SecondaryCapture|MultiFrame.*SecondaryCapture|GrayscaleSoftcopyPresentationState|KeyObject|EncapsulatedPDF|.*SRStorage$|RawData|Segmentation)/

const guessed = (Modality: string): string[][] => {
  const all = [...storageSOPClasses.values()]
  const isLikely = ({ UID, keyword }: (typeof all)[number]) =>
    modalityOfSOPClass(UID)?.CodeValue === Modality || everywhere.test(keyword)
  const ordered = [...all.filter((each) => !isLikely(each))].map(({ UID }) => UID)
  const groups = [all.filter(isLikely).map(({ UID }) => UID)]
  for (let at = 0; at < ordered.length; at += AT_ONCE) groups.push(ordered.slice(at, at + AT_ONCE))
  return groups
}

/** Groups that are proposed one after the other as long as something is missing; one alone where all classes are told. */
export function expectedClasses(series: RemoteSeries, instances: readonly RemoteInstance[]): string[][] {
  const told = [...new Set(instances.map(({ SOPClassUID }) => SOPClassUID))]
  const areTold = told.length > 0 && told.length <= AT_ONCE && !told.includes('')
  return areTold ? [told] : guessed(series.Modality)
}
