/** Transfer syntaxes of the standard (PS3.5 §10, Annex A; PS3.6 Annex A), what they mean for a reader, and which this product shows. */

export interface TransferSyntax {
  UID: string
  /** Keyword of PS3.6. */
  keyword: string
  /** What a person is told. */
  name: string
  implicit: boolean
  littleEndian: boolean
  /** PixelData holds fragments of compressed frames. */
  encapsulated: boolean
  /** The whole data set is deflated (PS3.5 Annex A.5). */
  deflated: boolean
  /** Its frames may have lost information. */
  lossy: boolean
  /** What a frame is encoded with. */
  codec:
    | 'none'
    | 'rle'
    | 'jpeg'
    | 'jpeg-lossless'
    | 'jpeg-ls'
    | 'jpeg-2000'
    | 'htj2k'
    | 'jpeg-xl'
    | 'deflate'
    | 'video'
    /** The data set says where its pixels are, and holds none (PS3.5 §10.8: JPIP). */
    | 'referenced'
    /** No data set is ever encoded so. */
    | 'other'
  /** Whether frames in this syntax can be decoded and shown here. */
  displayable: boolean
}

const P = '1.2.840.10008.1.2'

/** UID behind `P` | keyword | codec | flags | name; flags: i implicit, b big endian, e encapsulated, d deflated, l lossy, v shown here. */
const rows = `
|ImplicitVRLittleEndian|none|iv|Implicit VR Little Endian
.1|ExplicitVRLittleEndian|none|v|Explicit VR Little Endian
.1.98|EncapsulatedUncompressedExplicitVRLittleEndian|none|ev|Encapsulated uncompressed
.1.99|DeflatedExplicitVRLittleEndian|none|dv|Deflated Explicit VR Little Endian
.2|ExplicitVRBigEndian|none|bv|Explicit VR Big Endian
.4.50|JPEGBaseline8Bit|jpeg|elv|JPEG Baseline
.4.51|JPEGExtended12Bit|jpeg|elv|JPEG Extended
.4.52|JPEGExtended35|jpeg|el|JPEG Extended (3, 5)
.4.53|JPEGSpectralSelectionNonHierarchical68|jpeg|el|JPEG Spectral Selection (6, 8)
.4.54|JPEGSpectralSelectionNonHierarchical79|jpeg|el|JPEG Spectral Selection (7, 9)
.4.55|JPEGFullProgressionNonHierarchical1012|jpeg|el|JPEG Full Progression (10, 12)
.4.56|JPEGFullProgressionNonHierarchical1113|jpeg|el|JPEG Full Progression (11, 13)
.4.57|JPEGLossless|jpeg-lossless|ev|JPEG Lossless
.4.58|JPEGLosslessNonHierarchical15|jpeg-lossless|e|JPEG Lossless (15)
.4.59|JPEGExtendedHierarchical1618|jpeg|el|JPEG Extended Hierarchical (16, 18)
.4.60|JPEGExtendedHierarchical1719|jpeg|el|JPEG Extended Hierarchical (17, 19)
.4.61|JPEGSpectralSelectionHierarchical2022|jpeg|el|JPEG Spectral Selection Hierarchical (20, 22)
.4.62|JPEGSpectralSelectionHierarchical2123|jpeg|el|JPEG Spectral Selection Hierarchical (21, 23)
.4.63|JPEGFullProgressionHierarchical2426|jpeg|el|JPEG Full Progression Hierarchical (24, 26)
.4.64|JPEGFullProgressionHierarchical2527|jpeg|el|JPEG Full Progression Hierarchical (25, 27)
.4.65|JPEGLosslessHierarchical28|jpeg-lossless|e|JPEG Lossless Hierarchical (28)
.4.66|JPEGLosslessHierarchical29|jpeg-lossless|e|JPEG Lossless Hierarchical (29)
.4.70|JPEGLosslessSV1|jpeg-lossless|ev|JPEG Lossless SV1
.4.80|JPEGLSLossless|jpeg-ls|ev|JPEG-LS Lossless
.4.81|JPEGLSNearLossless|jpeg-ls|elv|JPEG-LS Near-lossless
.4.90|JPEG2000Lossless|jpeg-2000|ev|JPEG 2000 Lossless
.4.91|JPEG2000|jpeg-2000|elv|JPEG 2000
.4.92|JPEG2000MCLossless|jpeg-2000|e|JPEG 2000 Part 2 Lossless
.4.93|JPEG2000MC|jpeg-2000|el|JPEG 2000 Part 2
.4.94|JPIPReferenced|referenced||JPIP Referenced
.4.95|JPIPReferencedDeflate|referenced|d|JPIP Referenced Deflate
.4.100|MPEG2MPML|video|el|MPEG-2 Main Level
.4.100.1|MPEG2MPMLF|video|el|MPEG-2 Main Level, fragmentable
.4.101|MPEG2MPHL|video|el|MPEG-2 High Level
.4.101.1|MPEG2MPHLF|video|el|MPEG-2 High Level, fragmentable
.4.102|MPEG4HP41|video|el|H.264 High 4.1
.4.102.1|MPEG4HP41F|video|el|H.264 High 4.1, fragmentable
.4.103|MPEG4HP41BD|video|el|H.264 BD High 4.1
.4.103.1|MPEG4HP41BDF|video|el|H.264 BD High 4.1, fragmentable
.4.104|MPEG4HP422D|video|el|H.264 High 4.2 2D
.4.104.1|MPEG4HP422DF|video|el|H.264 High 4.2 2D, fragmentable
.4.105|MPEG4HP423D|video|el|H.264 High 4.2 3D
.4.105.1|MPEG4HP423DF|video|el|H.264 High 4.2 3D, fragmentable
.4.106|MPEG4HP42STEREO|video|el|H.264 Stereo High 4.2
.4.106.1|MPEG4HP42STEREOF|video|el|H.264 Stereo High 4.2, fragmentable
.4.107|HEVCMP51|video|el|HEVC Main 5.1
.4.108|HEVCM10P51|video|el|HEVC Main 10 5.1
.4.110|JPEGXLLossless|jpeg-xl|e|JPEG XL Lossless
.4.111|JPEGXLJPEGRecompression|jpeg-xl|el|JPEG XL JPEG Recompression
.4.112|JPEGXL|jpeg-xl|el|JPEG XL
.4.201|HTJ2KLossless|htj2k|ev|HTJ2K Lossless
.4.202|HTJ2KLosslessRPCL|htj2k|ev|HTJ2K Lossless RPCL
.4.203|HTJ2K|htj2k|elv|HTJ2K
.4.204|JPIPHTJ2KReferenced|referenced||JPIP HTJ2K Referenced
.4.205|JPIPHTJ2KReferencedDeflate|referenced|d|JPIP HTJ2K Referenced Deflate
.5|RLELossless|rle|ev|RLE Lossless
.6.1|RFC2557MIMEEncapsulation|other|e|RFC 2557 MIME
.6.2|XMLEncoding|other|e|XML
.7.1|SMPTEST211020UncompressedProgressiveActiveVideo|other||SMPTE ST 2110-20 Progressive
.7.2|SMPTEST211020UncompressedInterlacedActiveVideo|other||SMPTE ST 2110-20 Interlaced
.7.3|SMPTEST211030PCMDigitalAudio|other||SMPTE ST 2110-30 Audio
.8.1|DeflatedImageFrameCompression|deflate|e|Deflated Image Frame
0|Papyrus3ImplicitVRLittleEndian|other|i|Papyrus 3
`

const parseRow = (row: string): TransferSyntax => {
  const [suffix = '', keyword = '', codec = '', flags = '', name = ''] = row.split('|')
  return {
    UID: P + suffix,
    keyword,
    name,
    implicit: flags.includes('i'),
    littleEndian: !flags.includes('b'),
    encapsulated: flags.includes('e'),
    deflated: flags.includes('d'),
    lossy: flags.includes('l'),
    codec: codec as TransferSyntax['codec'],
    displayable: flags.includes('v'),
  }
}

/** By UID. */
export const transferSyntaxes: ReadonlyMap<string, TransferSyntax> = new Map(
  rows
    .trim()
    .split('\n')
    .map(parseRow)
    .map((syntax) => [syntax.UID, syntax]),
)

/** UIDs that the program itself names. */
export const TransferSyntaxUIDs = {
  ImplicitVRLittleEndian: P,
  ExplicitVRLittleEndian: `${P}.1`,
  DeflatedExplicitVRLittleEndian: `${P}.1.99`,
  ExplicitVRBigEndian: `${P}.2`,
  JPEGBaseline8Bit: `${P}.4.50`,
  JPEGExtended12Bit: `${P}.4.51`,
  JPEGLossless: `${P}.4.57`,
  JPEGLosslessSV1: `${P}.4.70`,
  JPEGLSLossless: `${P}.4.80`,
  JPEGLSNearLossless: `${P}.4.81`,
  JPEG2000Lossless: `${P}.4.90`,
  JPEG2000: `${P}.4.91`,
  MPEG4HP41: `${P}.4.102`,
  MPEG4HP422D: `${P}.4.104`,
  JPIPReferenced: `${P}.4.94`,
  JPIPReferencedDeflate: `${P}.4.95`,
  HTJ2KLossless: `${P}.4.201`,
  HTJ2KLosslessRPCL: `${P}.4.202`,
  HTJ2K: `${P}.4.203`,
  RLELossless: `${P}.5`,
} as const

/** What a person is told about a transfer syntax: its short name, or the UID when it is unknown. */
export const transferSyntaxName = (UID: string): string => transferSyntaxes.get(UID)?.name ?? UID

/**
 * Whether a data set in this syntax can be stored as it comes: in every one that encodes data sets, and in private ones. In the others of
 * the standard there is nothing to store (see the README of `main/receiver`).
 */
export const isStorableTransferSyntax = (UID: string): boolean => {
  const syntax = transferSyntaxes.get(UID)
  return syntax ? syntax.codec !== 'other' : !UID.startsWith('1.2.840.10008.')
}

/** Whether data sets in this syntax say where their pixels are instead of holding them; for how long they are there, nobody knows (PS3.5 §10.8). */
export const hasPixelsElsewhere = (UID: string): boolean => transferSyntaxes.get(UID)?.codec === 'referenced'
