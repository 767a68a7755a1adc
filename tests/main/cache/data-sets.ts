/** Data sets for the cache's tests: explicit VR little endian, from values by keyword. */
import type { Cache, IngestOutcome, IngestRequest } from '../../../main/cache/cache.ts'
import { elements, type Keyword } from '../../../main/dicom/elements.ts'

export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2'
export const BASIC_TEXT_SR = '1.2.840.10008.5.1.4.1.1.88.11'
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'

/** The station key of the tests' caches. */
export const STATION_KEY = Buffer.alloc(32, 7)

const LONG_VRS = ['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'UC', 'UN', 'UR', 'UT']

const encodeValue = (VR: string, value: string | number | Uint8Array): Buffer => {
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (VR === 'US') return Buffer.from(new Uint16Array([Number(value)]).buffer)
  const text = Buffer.from(String(value), 'utf8')
  return text.length % 2 === 0 ? text : Buffer.concat([text, Buffer.from(VR === 'UI' ? '\0' : ' ')])
}

const encodeElement = (keyword: Keyword, value: string | number | Uint8Array): Buffer => {
  const { tag, VR } = elements[keyword]
  const bytes = encodeValue(VR, value)
  const head = Buffer.alloc(LONG_VRS.includes(VR) ? 12 : 8)
  head.writeUInt16LE(tag >>> 16, 0)
  head.writeUInt16LE(tag & 0xffff, 2)
  head.write(VR, 4, 'latin1')
  if (head.length === 12) head.writeUInt32LE(bytes.length, 8)
  else head.writeUInt16LE(bytes.length, 6)
  return Buffer.concat([head, bytes])
}

export type Values = Partial<Record<Keyword, string | number | Uint8Array>>

/** The data set with these values, in order of tags. */
export const dataSet = (values: Values): Buffer => {
  const entries = Object.entries(values) as [Keyword, string | number | Uint8Array][]
  const sorted = entries.sort(([a], [b]) => elements[a].tag - elements[b].tag)
  return Buffer.concat(sorted.map(([keyword, value]) => encodeElement(keyword, value)))
}

/** A recognisable run of pixels. */
export const pixels = (length: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 31 + seed * 17 + (at >> 8) * 7) & 0xff
  return bytes
}

export interface TestObject {
  request: IngestRequest
  bytes: Buffer
}

/** A CT image of `rows`², one of a study's; `more` overrides or adds. */
export const ctImage = (
  { study = 1, series = 1, instance = 1, rows = 64, seed = instance } = {} as {
    study?: number
    series?: number
    instance?: number
    rows?: number
    seed?: number
  },
  more: Values = {},
): TestObject => {
  const values: Values = {
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: CT_IMAGE_STORAGE,
    SOPInstanceUID: `1.2.826.0.1.77.${study}.${series}.${instance}`,
    StudyDate: '20260115',
    StudyTime: '101500',
    AccessionNumber: `ACC${study}`,
    Modality: 'CT',
    StudyDescription: 'TDM thorax',
    SeriesDescription: 'Parenchyme',
    PatientName: 'MÜLLERSON^Élise',
    PatientID: `PAT${study}`,
    PatientBirthDate: '19510203',
    PatientSex: 'F',
    StudyInstanceUID: `1.2.826.0.1.77.${study}`,
    SeriesInstanceUID: `1.2.826.0.1.77.${study}.${series}`,
    SeriesNumber: series,
    InstanceNumber: instance,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: rows,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    PixelData: pixels(rows * rows * 2, seed),
    ...more,
  }
  return {
    request: {
      origin: 'received',
      peer: { AETitle: 'MODALITY', address: '10.1.2.3' },
      SOPClassUID: String(values.SOPClassUID),
      SOPInstanceUID: String(values.SOPInstanceUID),
      TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    },
    bytes: dataSet(values),
  }
}

/** Stores an object in pieces of `pieceLength` bytes. */
export const store = async (
  cache: Pick<Cache, 'ingest'>,
  { request, bytes }: TestObject,
  pieceLength = 50_000,
): Promise<IngestOutcome> => {
  const writer = cache.ingest(request)
  for (let at = 0; at < bytes.length; at += pieceLength) await writer.write(bytes.subarray(at, at + pieceLength))
  return writer.end()
}
