/** What the storage SCP accepts, held against pydicom's dictionary of the standard's UIDs: nothing that can be stored is missing. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import {
  isStorableTransferSyntax,
  isStorageSOPClass,
  SOPClassUIDs,
  storageSOPClasses,
  transferSyntaxes,
} from '../../main/dicom/index.ts'
import { pydicomFolder, python } from '../helpers/corpora.ts'

const script = `
import json, sys
from pydicom.uid import UID_dictionary
json.dump([[uid, name, kind] for uid, (name, kind, *_) in UID_dictionary.items()], sys.stdout)
`

describe.runIf(pydicomFolder('test_files') !== null)("the standard's UIDs", () => {
  const known: [UID: string, name: string, kind: string][] = pydicomFolder('test_files')
    ? JSON.parse(execFileSync(python, ['-c', script], { encoding: 'utf8' }))
    : []
  const refused = (kind: string, accepts: (UID: string) => boolean) =>
    known.filter((row) => row[2] === kind && !accepts(row[0])).map(([UID]) => UID)

  test('of every storage SOP class, retired ones too, are accepted', () => {
    const stored = known.filter(([, name, kind]) => kind === 'SOP Class' && name.includes('Storage'))
    expect(stored.length).toBeGreaterThan(190)
    const missing = stored.map(([UID]) => UID).filter((UID) => !isStorageSOPClass(UID))
    // The DICOMDIR is no object, and commitment stores nothing.
    expect(missing.sort()).toEqual(
      [
        SOPClassUIDs.MediaStorageDirectoryStorage,
        SOPClassUIDs.StorageCommitmentPushModel,
        '1.2.840.10008.1.20.2',
      ].sort(),
    )
  })

  test('of other services are not, and those that are have the names of the standard', () => {
    const names = new Map(known.map(([UID, name]) => [UID, name]))
    const others = known.filter(([UID, name]) => !name.includes('Storage') && isStorageSOPClass(UID))
    expect(others).toEqual([])
    const word = (name: string) => name.replace(/ SOP Class$| \(Retired\)$/g, '').toLowerCase()
    const different = [...storageSOPClasses.values()].filter(
      ({ UID, name }) => names.has(UID) && word(names.get(UID) ?? '') !== word(name),
    )
    expect(different.map(({ UID, name }) => [UID, name, names.get(UID)])).toEqual([])
  })

  test('of every transfer syntax that encodes data sets are accepted, as bit streams', () => {
    const missing = refused('Transfer Syntax', isStorableTransferSyntax)
    const why = (UID: string) => transferSyntaxes.get(UID)?.codec ?? 'unknown'
    expect(Object.fromEntries(missing.map((UID) => [UID, why(UID)]))).toEqual({
      // Streams beside DICOM-RTV metadata, which is in explicit VR little endian itself.
      '1.2.840.10008.1.2.7.1': 'other',
      '1.2.840.10008.1.2.7.2': 'other',
      '1.2.840.10008.1.2.7.3': 'other',
      // HL7 documents beside a DICOMDIR, retired.
      '1.2.840.10008.1.2.6.1': 'other',
      '1.2.840.10008.1.2.6.2': 'other',
      // A file format of discs (Papyrus 3), retired.
      '1.2.840.10008.1.20': 'other',
    })
  })
})
