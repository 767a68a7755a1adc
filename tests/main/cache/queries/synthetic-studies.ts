/** Made-up studies as the index is told of them: names, dates and descriptions as they come, headers of CT images. */
import type { IndexEntry } from '../../../../main/cache/index-database/index-writer.ts'
import { scanObject } from '../../../../main/cache/store/object-scan.ts'
import { ctImage } from '../data-sets.ts'

const FAMILY_NAMES = [
  'MARTIN',
  'BERNARD',
  'DUBOIS',
  'THOMAS',
  'ROBERT',
  'LEFÈVRE',
  'MÜLLER',
  'GARCÍA',
  "L'HERMITE",
  'DE LA TOUR',
]
const GIVEN_NAMES = ['Élise', 'Jean-Pierre', 'Zoé', 'Anaïs', 'Luc', 'Chloé', 'Noël']
const MODALITIES = ['CT', 'CT', 'CT', 'MR', 'MR', 'CR', 'US', 'DX', 'PT']
const REGIONS = [
  'crâne',
  'thorax',
  'abdomen',
  'rachis lombaire',
  'genou droit',
  'épaule gauche',
  'bassin',
  'sinus',
  'poignet',
]
const INSTITUTIONS = [
  'CH de Grayville',
  'CHU Nord',
  'Clinique des Tilleuls',
  'CH de Valmont',
  'Centre d’imagerie du Port',
]

const scannedImage = () => {
  const { request, bytes } = ctImage(
    { rows: 8 },
    {
      FrameOfReferenceUID: '1.2.250.1.999.1.20260115.101500.77',
      ImageType: 'ORIGINAL\\PRIMARY\\AXIAL',
      AcquisitionNumber: '1',
      AcquisitionTime: '101500',
      ContentDate: '20260115',
      ContentTime: '101501.123',
      ImagePositionPatient: '-180.1\\-171.3\\-612.5',
      ImageOrientationPatient: '1\\0\\0\\0\\1\\0',
      PixelSpacing: '0.703125\\0.703125',
      SliceThickness: '1.25',
      SliceLocation: '-612.5',
      RescaleSlope: '1',
      RescaleIntercept: '-1024',
      RescaleType: 'HU',
      WindowCenter: '40\\-600',
      WindowWidth: '400\\1600',
      PatientPosition: 'HFS',
      KVP: '120',
      ConvolutionKernel: 'STANDARD',
    },
  )
  const scan = scanObject(request)
  scan.push(bytes)
  const scanned = scan.finish()
  if (scanned.kind === 'refused') throw new Error(scanned.detail)
  const { kind: _, ...object } = scanned
  return object
}
const scanned = scannedImage()

/** Bytes of a record of a CT image, and of what lies before the first one in its pack. */
export const RECORD = 530_000
const PACK_START = 160

export const studyUID = (study: number): string => `1.2.250.1.999.1.20260115.101500.${1_000_000 + study}`
export const seriesUID = (study: number, series: number): string => `${studyUID(study)}.${series}`
/** When everything of a study came; one study a minute. */
export const receivedAt = (study: number): string => new Date(Date.UTC(2026, 0, 1) + study * 60_000).toISOString()
const pick = <T>(values: readonly T[], number: number): T => values[number % values.length] as T
const day = (from: number, days: number): string =>
  new Date(Date.UTC(from, 0, 1 + days)).toISOString().slice(0, 10).replaceAll('-', '')

const attributesOf = (study: number) => ({
  PatientName: { Alphabetic: `${pick(FAMILY_NAMES, study)}${study % 1000}^${pick(GIVEN_NAMES, study)}` },
  PatientID: `P${study % 15_000}`,
  PatientBirthDate: day(1930, (study * 7919) % 30_000),
  AccessionNumber: `A${study}`,
  StudyDate: day(2015, study % 4000),
  StudyTime: String(80_000 + ((study * 37) % 100_000)).padStart(6, '0'),
  StudyDescription: `${pick(['TDM', 'IRM', 'Radio'], study)} ${pick(REGIONS, study * 5)}`,
  InstitutionName: pick(INSTITUTIONS, study * 3),
  // One in 5,000.
  Modality: study % 5000 === 7 ? 'ES' : pick(MODALITIES, study),
})

/** The `image`-th image (from 1) of a series (from 1) of a study (from 1), stored under `instanceKey`. */
export const syntheticEntry = (study: number, series: number, image: number, instanceKey: number): IndexEntry => {
  const uids = {
    StudyInstanceUID: studyUID(study),
    SeriesInstanceUID: seriesUID(study, series),
    SOPInstanceUID: `${seriesUID(study, series)}.${image}`,
  }
  const { Modality, ...attributes } = attributesOf(study)
  return {
    row: {
      ...scanned,
      ...uids,
      instanceKey,
      origin: 'received',
      peer: { AETitle: 'MODALITY', address: '10.1.2.3' },
      receivedAt: receivedAt(study),
      length: RECORD - 1000,
      sha256: instanceKey.toString(16).padStart(64, '0'),
      attributes: {
        ...scanned.attributes,
        ...attributes,
        ...uids,
        Modality,
        SeriesNumber: series,
        InstanceNumber: image,
      },
      header: { ...scanned.header, ...uids, Modality, InstanceNumber: image },
    },
    place: {
      packId: `pack ${study}`,
      keyId: `key ${study}`,
      recordOffset: PACK_START + instanceKey * RECORD,
      recordEnd: PACK_START + (instanceKey + 1) * RECORD,
      runOffset: 64,
      recordNumber: instanceKey,
    },
  }
}
