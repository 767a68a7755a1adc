import { readFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DeidentificationOptions } from '../../../../main/contract/exporter.ts'
import { Deidentifier } from '../../../../main/exporter/deidentify/deidentifier.ts'
import { actionFor } from '../../../../main/exporter/deidentify/profile.ts'
import { BASIC_TEXT_SR, EXPLICIT_LITTLE_ENDIAN } from '../../cache/data-sets.ts'
import { element, join, sequence } from '../../dataset/raw-data-set.ts'
import { basicProfile, exported, filesBelow, holding } from '../exporting.ts'

const UID = '1.2.826.0.1.77.5'

/** The bytes of the one file that is written of an object with these elements, as Latin-1. */
async function written(
  SOPClassUID: string,
  elements: readonly Uint8Array[],
  chosen: Partial<DeidentificationOptions> = {},
): Promise<string> {
  const bytes = Buffer.from(
    join(element('SOPClassUID', SOPClassUID), element('SOPInstanceUID', `${UID}.1`), ...elements),
  )
  const request = { SOPClassUID, SOPInstanceUID: `${UID}.1`, TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN }
  const held = holding({ request: { ...request, origin: 'received', peer: { AETitle: '', address: '' } }, bytes })
  const { path } = await exported(held, {
    StudyInstanceUIDs: held.StudyInstanceUIDs,
    deidentification: { ...basicProfile, ...chosen },
  })
  const [file = ''] = filesBelow(joinPath(path, 'DICOM'))
  return readFileSync(file).toString('latin1')
}

const study = join(element('StudyInstanceUID', UID), element('SeriesInstanceUID', `${UID}.0`))

const content = (ValueType: string, value: Uint8Array): Uint8Array =>
  join(element([0x0040a040, 'CS'], ValueType), value)

describe('dates in the content of a report', () => {
  const report = (): Uint8Array[] => [
    study,
    sequence(
      [0x0040a730, 'SQ'],
      [
        content('DATETIME', element([0x0040a120, 'DT'], '20260110093000')),
        content('DATE', element([0x0040a121, 'DA'], '20260111')),
        content('TIME', element([0x0040a122, 'TM'], '084512')),
        content('TEXT', element([0x0040a160, 'UT'], 'Mme MULLERSON')),
      ],
    ),
  ]

  it('stay where full dates are to be retained, and no text does', async () => {
    const file = await written(BASIC_TEXT_SR, report(), { dates: 'full' })
    for (const value of ['20260110093000', '20260111', '084512']) expect(file).toContain(value)
    expect(file).not.toContain('MULLERSON')
  })

  it('go where dates are removed', async () => {
    const file = await written(BASIC_TEXT_SR, report())
    expect(file).not.toMatch(/2026011|084512|MULLERSON/)
  })
})

it('UIDs that equipment made from those of the standard are changed, and those of the standard are not', () => {
  const deidentifier = new Deidentifier(basicProfile)
  const made = '1.2.840.10008.5.1.4.1.1.2.20260115.93000.1'
  expect(deidentifier.uid(made)).toMatch(/^2\.25\./)
  for (const uid of ['1.2.840.10008.1.4.1.1', '1.2.840.10008.1.20.1', '1.2.840.10008.5.1.4.1.1.77.1.5.1'])
    expect(deidentifier.uid(uid)).toBe(uid)
})

describe('what leads back and the table does not name', () => {
  it('goes: who issued identifiers, where objects lie, what was encrypted of the original', () => {
    const tags = {
      IssuerOfAccessionNumberSequence: 0x00080051,
      StoredInstanceBaseURI: 0x00080407,
      FolderAccessURI: 0x00080408,
      FileAccessURI: 0x00080409,
      FilenameInContainer: 0x0008040b,
      RecordKey: 0x0008041b,
      PriorRecordKey: 0x0008041c,
      IssuerOfPatientIDQualifiersSequence: 0x00100024,
      NTPSourceAddress: 0x00181803,
      OtherStudyNumbers: 0x00201070,
      RequestingPhysicianIdentificationSequence: 0x00321031,
      OrderPlacerIdentifierSequence: 0x00400026,
      OrderFillerIdentifierSequence: 0x00400027,
      AssigningFacilitySequence: 0x00400036,
      AssigningJurisdictionCodeSequence: 0x00400039,
      AssigningAgencyOrDepartmentCodeSequence: 0x0040003a,
      PerformedProcedureTypeDescription: 0x00400255,
      DocumentAuthorIdentifierCodeSequenceTrial: 0x0040a068,
      ObjectBinaryIdentifierTrial: 0x0040a074,
      DocumentingObserverIdentifierCodeSequenceTrial: 0x0040a076,
      HangingProtocolUserIdentificationCodeSequence: 0x0072000e,
      StorageMediaFileSetID: 0x00880130,
      EncryptedAttributesSequence: 0x04000500,
    }
    const kept = Object.entries(tags).filter(([, tag]) => actionFor(tag, basicProfile) !== 'X')
    expect(kept).toEqual([])
    // Where others have such an issuer, it must be named: by a dummy.
    expect([0x00400031, 0x00400032].map((tag) => actionFor(tag, basicProfile))).toEqual(['D', 'D'])
  })
})
