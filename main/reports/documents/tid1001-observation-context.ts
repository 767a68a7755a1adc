/** TID 1001 Observation Context: the signer as person observer (TID 1002, TID 1003). Procedure and subject are those of the header. */
import type { Signer } from '../../contract/report.ts'
import { codes } from '../../dicom/index.ts'
import { type ContentItem, codedItem, personNameItem, textItem } from './content-item.ts'
import { signerName } from './observers.ts'

/** TID 1002 rows 1–2 with TID 1003 rows 1–2. */
export const observationContext = (signer: Signer): ContentItem[] => [
  codedItem('HAS OBS CONTEXT', codes.ObserverType, codes.Person),
  personNameItem('HAS OBS CONTEXT', codes.PersonObserverName, signerName(signer)),
  textItem('HAS OBS CONTEXT', codes.PersonObserverOrganizationName, signer.organisation.name),
]
