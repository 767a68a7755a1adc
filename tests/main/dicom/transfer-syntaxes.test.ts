import { describe, expect, test } from 'vitest'
import {
  hasPixelsElsewhere,
  isStorableTransferSyntax,
  TransferSyntaxUIDs,
  transferSyntaxes,
  transferSyntaxName,
} from '../../../main/dicom/transfer-syntaxes.ts'

describe('transfer syntaxes', () => {
  test('every syntax that the program names is in the table under that keyword', () => {
    for (const [keyword, UID] of Object.entries(TransferSyntaxUIDs)) {
      expect(transferSyntaxes.get(UID)?.keyword).toBe(keyword)
    }
  })

  test('only one syntax is implicit, one big endian, and compressed ones are encapsulated', () => {
    const all = [...transferSyntaxes.values()]
    const storable = all.filter(({ UID }) => isStorableTransferSyntax(UID))
    expect(storable.filter((syntax) => syntax.implicit).map((syntax) => syntax.UID)).toEqual(['1.2.840.10008.1.2'])
    expect(all.filter((syntax) => !syntax.littleEndian).map((syntax) => syntax.UID)).toEqual(['1.2.840.10008.1.2.2'])
    expect(all.filter((syntax) => !syntax.encapsulated).map((syntax) => syntax.codec)).toEqual(
      expect.not.arrayContaining(['jpeg', 'rle', 'jpeg-ls', 'jpeg-2000', 'htj2k', 'jpeg-xl', 'video']),
    )
  })

  test('reversible syntaxes are not called lossy', () => {
    const lossless = ['.5', '.4.57', '.4.70', '.4.80', '.4.90', '.4.201', '.4.202', '.4.110']
    expect(lossless.map((suffix) => transferSyntaxes.get(`1.2.840.10008.1.2${suffix}`)?.lossy)).toEqual(
      lossless.map(() => false),
    )
    const lossy = ['.4.50', '.4.51', '.4.81', '.4.91', '.4.203', '.4.112', '.4.102']
    expect(lossy.map((suffix) => transferSyntaxes.get(`1.2.840.10008.1.2${suffix}`)?.lossy)).toEqual(
      lossy.map(() => true),
    )
  })

  test('every encoding of data sets can be stored, private ones too; what encodes none cannot', () => {
    expect(isStorableTransferSyntax('1.2.840.10008.1.2.4.102')).toBe(true)
    expect(isStorableTransferSyntax('1.2.840.113619.5.2')).toBe(true)
    expect(isStorableTransferSyntax('1.2.840.10008.1.2.999')).toBe(false)
    const refused = [...transferSyntaxes.keys()].filter((UID) => !isStorableTransferSyntax(UID))
    const suffixes = ['.2.6.1', '.2.6.2', '.2.7.1', '.2.7.2', '.2.7.3', '.20']
    expect(refused).toEqual(suffixes.map((suffix) => `1.2.840.10008.1${suffix}`))
  })

  test('pixels are elsewhere in the four syntaxes of JPIP alone', () => {
    const referenced = [...transferSyntaxes.keys()].filter(hasPixelsElsewhere)
    expect(referenced).toEqual(['94', '95', '204', '205'].map((suffix) => `1.2.840.10008.1.2.4.${suffix}`))
    expect(hasPixelsElsewhere('1.2.840.113619.5.2')).toBe(false)
  })

  test('an unknown syntax is named by its UID', () => {
    expect([transferSyntaxName('1.2.840.10008.1.2.4.80'), transferSyntaxName('1.2.3')]).toEqual([
      'JPEG-LS Lossless',
      '1.2.3',
    ])
  })
})
