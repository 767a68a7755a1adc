import { expect, test } from 'vitest'
import {
  isImageSOPClass,
  isStorageSOPClass,
  SOPClassUIDs,
  sopClassName,
  storageSOPClasses,
} from '../../../main/dicom/sop-classes.ts'
import { isUID } from '../../../main/dicom/uid.ts'

test('every storage SOP class has a UID, a keyword of its own and a name', () => {
  const all = [...storageSOPClasses.values()]
  expect(all.length).toBeGreaterThan(190)
  expect(all.filter(({ UID, keyword, name }) => !isUID(UID) || !/^[A-Z][A-Za-z0-9]+$/.test(keyword) || !name)).toEqual(
    [],
  )
  expect(new Set(all.map(({ keyword }) => keyword)).size).toBe(all.length)
})

test('images by nature are told from reports, presentation states, plans and waveforms', () => {
  const nature = (suffix: string) => isImageSOPClass(`1.2.840.10008.5.1.4.1.1.${suffix}`)
  expect(['2', '4.1', '128', '1.1', '13.1.3', '6.1', '7', '77.1.6', '481.1', '30'].map(nature)).not.toContain(false)
  expect(['88.33', '11.1', '481.3', '481.5', '9.1.1', '104.1', '66', '66.4', '88.59', '4.2'].map(nature)).not.toContain(
    true,
  )
})

test('services that store nothing are no storage SOP classes', () => {
  const UIDs = [SOPClassUIDs.Verification, SOPClassUIDs.MediaStorageDirectoryStorage, '1.2.840.10008.1.20.1', '1.2.3']
  expect(UIDs.map(isStorageSOPClass)).toEqual([false, false, false, false])
  expect(isStorageSOPClass(SOPClassUIDs.CTImageStorage)).toBe(true)
})

test('names are for people, and an unknown class keeps its UID', () => {
  expect([SOPClassUIDs.EnhancedMRImageStorage, SOPClassUIDs.Verification, '1.2.3'].map(sopClassName)).toEqual([
    'Enhanced MR Image',
    'Verification',
    '1.2.3',
  ])
})
