/** Who signed, as people write it: « Dr MARTIN Élise ». */
import type { Signer } from '../../../main/contract/report.ts'
import { displayText } from '../../../main/dicom/index.ts'

export const signerText = ({ prefix, familyName, givenName }: Signer): string =>
  displayText([prefix, familyName.toLocaleUpperCase('fr'), givenName].filter(Boolean).join(' '), 120)
