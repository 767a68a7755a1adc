/**
 * Pictures, documents and videos as DICOM objects of a study: JPEG as VL Photographic (turned where it is to be) and MP4 as Video Photographic with their bytes as they are,
 * PNG as uncompressed Secondary Capture, PDF as Encapsulated PDF (PS3.3 §A.32.4, §A.32.7, §A.8.1, §A.45.1).
 */
import { createHash, randomUUID } from 'node:crypto'
import { type DataSet, type DataSetContent, writeDataSet } from '../../dataset/index.ts'
import { elements } from '../../dicom/elements.ts'
import { uidFromUUID } from '../../dicom/implementation.ts'
import { SOPClassUIDs } from '../../dicom/sop-classes.ts'
import { TransferSyntaxUIDs } from '../../dicom/transfer-syntaxes.ts'
import { decodePng } from '../../pixels/decode/png.ts'
import { readJpeg } from './jpeg.ts'
import { readMp4 } from './mp4.ts'
import { studyModules } from './study-modules.ts'
import type { UprightPicture } from './upright.ts'

export interface ForeignObject {
  SOPClassUID: string
  SOPInstanceUID: string
  TransferSyntaxUID: string
  dataSet: Uint8Array
}

export interface ForeignFile {
  bytes: Uint8Array
  /** Of a photograph that is to be shown turned: the picture as it is shown. */
  upright?: UprightPicture | null
  /** What people call it. */
  title: string
  /** Files that were added together: those of one kind are one series. */
  batchId: string
  InstanceNumber: number
}

/** Behind the series of any modality. */
const SERIES_NUMBER = 900

/** What the kind of file adds, and the pixels that stand behind everything else. */
interface Kind {
  SOPClassUID: string
  TransferSyntaxUID: string
  Modality: string
  content: DataSetContent
  fragment?: Uint8Array
}

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text

const picture = (
  rows: number,
  columns: number,
  samplesPerPixel: 1 | 3,
  PhotometricInterpretation: string,
): DataSetContent => ({
  SamplesPerPixel: samplesPerPixel,
  PhotometricInterpretation,
  ...(samplesPerPixel === 3 ? { PlanarConfiguration: 0 } : {}),
  Rows: rows,
  Columns: columns,
  BitsAllocated: 8,
  BitsStored: 8,
  HighBit: 7,
  PixelRepresentation: 0,
})

/** A photograph or film says nothing of how it was lit or held. */
const visibleLight = (ratio: number, method: string): DataSetContent => ({
  ImageType: ['ORIGINAL', 'PRIMARY'],
  PatientOrientation: null,
  Laterality: null,
  AcquisitionContextSequence: [],
  // Which part it shows is not known: the whole is always true (CID 4031).
  AnatomicRegionSequence: [{ CodeValue: '38866009', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Body as a whole' }],
  LossyImageCompression: '01',
  LossyImageCompressionRatio: ratio,
  LossyImageCompressionMethod: method,
})

const ratioOf = (uncompressed: number, bytes: Uint8Array): number =>
  Math.round((100 * uncompressed) / bytes.length) / 100

/** Decoded and turned: compressed with loss before, and kept without any more. */
const uprightKind = (upright: UprightPicture, bytes: Uint8Array): Kind => ({
  SOPClassUID: SOPClassUIDs.VLPhotographicImageStorage,
  TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian,
  Modality: 'XC',
  content: {
    ...picture(upright.rows, upright.columns, upright.samplesPerPixel, upright.PhotometricInterpretation),
    ...visibleLight(ratioOf(upright.pixels.length, bytes), 'ISO_10918_1'),
    PixelData: upright.pixels,
  },
})

function jpegKind(bytes: Uint8Array): Kind | null {
  const found = readJpeg(bytes)
  if (!found) return null
  const { rows, columns, samplesPerPixel, PhotometricInterpretation } = found
  return {
    SOPClassUID: SOPClassUIDs.VLPhotographicImageStorage,
    TransferSyntaxUID: TransferSyntaxUIDs.JPEGBaseline8Bit,
    Modality: 'XC',
    content: {
      ...picture(rows, columns, samplesPerPixel, PhotometricInterpretation),
      ...visibleLight(ratioOf(rows * columns * samplesPerPixel, bytes), 'ISO_10918_1'),
    },
    fragment: bytes,
  }
}

function pngKind(bytes: Uint8Array): Kind | null {
  const found = decodePng(bytes)
  if (!found) return null
  const { rows, columns, samplesPerPixel } = found
  return {
    SOPClassUID: SOPClassUIDs.SecondaryCaptureImageStorage,
    TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian,
    Modality: 'OT',
    content: {
      ...picture(rows, columns, samplesPerPixel, samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2'),
      ImageType: ['DERIVED', 'SECONDARY'],
      PatientOrientation: null,
      Laterality: null,
      ConversionType: 'WSD',
      PixelData: found.bytes,
    },
  }
}

const pdfKind = (bytes: Uint8Array, title: string): Kind => ({
  SOPClassUID: SOPClassUIDs.EncapsulatedPDFStorage,
  TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian,
  Modality: 'DOC',
  content: {
    ConversionType: 'WSD',
    BurnedInAnnotation: 'YES',
    AcquisitionDateTime: null,
    DocumentTitle: title,
    ConceptNameCodeSequence: [],
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocument: bytes,
    EncapsulatedDocumentLength: bytes.length,
  },
})

function mp4Kind(bytes: Uint8Array): Kind | null {
  const found = readMp4(bytes)
  if (!found || found.isTurned) return null
  const { rows, columns, frames, frameTime } = found
  return {
    SOPClassUID: SOPClassUIDs.VideoPhotographicImageStorage,
    TransferSyntaxUID: found.TransferSyntaxUID,
    Modality: 'XC',
    content: {
      ...picture(rows, columns, 3, 'YBR_PARTIAL_420'),
      ...visibleLight(ratioOf(rows * columns * 3 * frames, bytes), 'ISO_14496_10'),
      NumberOfFrames: frames,
      FrameIncrementPointer: elements.FrameTime.tag,
      FrameTime: frameTime,
      CineRate: Math.round(1000 / frameTime),
    },
    fragment: bytes,
  }
}

/** Any name as one value of a text (PS3.5 §6.2): without what separates values or controls. */
const oneValue = (title: string): string =>
  title
    .replace(/[\\\p{Cc}]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim()

function kindOf({ bytes, upright }: ForeignFile, title: string): Kind | null {
  if (upright) return uprightKind(upright, bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegKind(bytes)
  if (startsWith(bytes, '\x89PNG')) return pngKind(bytes)
  if (startsWith(bytes, '%PDF-')) return pdfKind(bytes, title)
  return startsWith(bytes, 'ftyp', 4) ? mp4Kind(bytes) : null
}

/** Encapsulated pixel data of one fragment, with an empty offset table (PS3.5 §A.4). */
function encapsulated(fragment: Uint8Array): Buffer {
  const length = fragment.length + (fragment.length % 2)
  const head = Buffer.from('e07f10004f420000fffffffffeff00e000000000feff00e000000000', 'hex')
  head.writeUInt32LE(length, head.length - 4)
  return Buffer.concat([head, fragment, Buffer.alloc(length - fragment.length), Buffer.from('feffdde000000000', 'hex')])
}

/** The same for files of one kind that were added together. */
const seriesUID = (batchId: string, SOPClassUID: string): string =>
  uidFromUUID(createHash('sha256').update(`${batchId} ${SOPClassUID}`).digest('hex').slice(0, 32))

const digits = (instant: Date): { date: string; time: string } => {
  const iso = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000).toISOString().replace(/[-:]/g, '')
  return { date: iso.slice(0, 8), time: iso.slice(9, 15) }
}

/** The object for a file; null when it is of no kind that can be kept without loss. `attributes` are those of any object of its study. */
export function foreignObject(file: ForeignFile, attributes: DataSet, now: Date = new Date()): ForeignObject | null {
  const title = oneValue(file.title)
  const kind = kindOf(file, title)
  if (!kind) return null
  const SOPInstanceUID = uidFromUUID(randomUUID())
  const { date, time } = digits(now)
  const dataSet = writeDataSet({
    ...studyModules(attributes),
    SOPClassUID: kind.SOPClassUID,
    SOPInstanceUID,
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    Modality: kind.Modality,
    SeriesInstanceUID: seriesUID(file.batchId, kind.SOPClassUID),
    SeriesNumber: SERIES_NUMBER,
    SeriesDescription: title,
    Manufacturer: 'Astreinte',
    InstanceNumber: file.InstanceNumber,
    ContentDate: date,
    ContentTime: time,
    ...kind.content,
  })
  const { SOPClassUID, TransferSyntaxUID, fragment } = kind
  const whole = fragment ? Buffer.concat([dataSet, encapsulated(fragment)]) : dataSet
  return { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, dataSet: whole }
}
