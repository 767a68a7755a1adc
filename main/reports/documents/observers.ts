/** Who wrote and who verified, with national identifiers (PS3.3 Tables C.17-2, C.17-3b, Coding Scheme Identification of Table C.12-1). */
import type { Signer } from '../../contract/report.ts'
import type { DataSetContent } from '../../dataset/index.ts'
import { codingSchemes, type PersonNameGroups } from '../../dicom/index.ts'
import { codeItem } from './code-item.ts'
import { oneLine } from './dicom-text.ts'
import type { Instant } from './instant.ts'

const component = (text: string): string => oneLine(text.replace(/[\^=]/g, ' '), 64)

/** Family name, given name and prefix as components of a PN value. */
export const signerName = ({ familyName, givenName, prefix }: Signer): PersonNameGroups => ({
  Alphabetic: [component(familyName), component(givenName), '', component(prefix)].join('^').replace(/\^+$/, ''),
})

const plainName = ({ familyName, givenName }: Signer): string => `${familyName} ${givenName}`.trim()

/** National identifier of a health professional: `8` and the RPPS number. */
const personIdentification = (signer: Signer): DataSetContent[] => [
  codeItem({
    CodeValue: `8${signer.RPPS}`,
    CodingSchemeDesignator: codingSchemes.RPPS.CodingSchemeDesignator,
    CodeMeaning: plainName(signer),
  }),
]

/** National identifier of a health structure: `1` and the FINESS number; none without it. */
const organisationIdentification = ({ organisation }: Signer): DataSetContent[] =>
  organisation.FINESS === ''
    ? []
    : [
        codeItem({
          CodeValue: `1${organisation.FINESS}`,
          CodingSchemeDesignator: codingSchemes.FINESS.CodingSchemeDesignator,
          CodeMeaning: organisation.name,
        }),
      ]

/** Item of VerifyingObserverSequence. */
export const verifyingObserver = (signer: Signer, { date, time, offset }: Instant): DataSetContent => ({
  VerifyingOrganization: oneLine(signer.organisation.name, 64),
  VerificationDateTime: `${date}${time}${offset}`,
  VerifyingObserverName: signerName(signer),
  VerifyingObserverIdentificationCodeSequence: personIdentification(signer),
})

/** Item of AuthorObserverSequence. */
export const authorObserver = (signer: Signer): DataSetContent => ({
  ObserverType: 'PSN',
  PersonName: signerName(signer),
  PersonIdentificationCodeSequence: personIdentification(signer),
  InstitutionName: oneLine(signer.organisation.name, 64),
  InstitutionCodeSequence: organisationIdentification(signer),
})
