import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HeaderScan } from '../../../main/dataset/header-scan.ts'
import { type DataSetContent, WriteError, writeDataSet } from '../../../main/dataset/write.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/transfer-syntaxes.ts'

const readBack = (content: DataSetContent) => {
  const scan = new HeaderScan(TransferSyntaxUIDs.ExplicitVRLittleEndian)
  scan.push(writeDataSet(content))
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.detail)
  return result
}

test('elements are written byte for byte as PS3.5 §7.1.2 says, in order of tags', () => {
  expect(Buffer.from(writeDataSet({ Rows: 512, Modality: 'CT', StudyInstanceUID: '1.2.3' })).toString('hex')).toBe(
    ['08006000435302004354', '20000d0055490600312e322e3300', '28001000555302000002'].join(''),
  )
})

test('what is written is read back', () => {
  const { attributes, pixelData } = readBack({
    PatientName: { Alphabetic: 'Martin^Élise', Ideographic: '山田' },
    ImageType: ['DERIVED', 'SECONDARY'],
    PixelSpacing: [0.5, 0.25],
    InstanceNumber: 7,
    PixelRepresentation: 1,
    PixelPaddingValue: -2000,
    RequestAttributesSequence: [
      { RequestedProcedureDescription: 'Crâne', ScheduledProtocolCodeSequence: [{ CodeValue: 'A' }] },
      {},
    ],
    FrameIncrementPointer: [0x00181063],
    PatientID: null,
    PixelData: Int16Array.of(-1, 2, 3),
  })
  const [request, empty] = attributes.items('RequestAttributesSequence')
  expect({
    charset: attributes.text('SpecificCharacterSet'),
    name: attributes.personName('PatientName'),
    type: attributes.texts('ImageType'),
    spacing: attributes.numbers('PixelSpacing'),
    number: attributes.number('InstanceNumber'),
    padding: attributes.number('PixelPaddingValue'),
    request: request?.text('RequestedProcedureDescription'),
    code: request?.items('ScheduledProtocolCodeSequence')[0]?.text('CodeValue'),
    empty: empty?.elements.size,
    pointer: attributes.tags('FrameIncrementPointer'),
    id: attributes.element('PatientID')?.length,
    pixels: [pixelData?.length, attributes.element('PixelData')?.VR],
  }).toEqual({
    ...{
      charset: 'ISO_IR 192',
      name: { Alphabetic: 'Martin^Élise', Ideographic: '山田' },
      type: ['DERIVED', 'SECONDARY'],
    },
    ...{
      spacing: [0.5, 0.25],
      number: 7,
      padding: -2000,
      request: 'Crâne',
      code: 'A',
      empty: 0,
      pointer: [0x00181063],
      id: 0,
    },
    pixels: [6, 'OW'],
  })
})

describe('values', () => {
  test('every element has an even length', () => {
    const { attributes } = readBack({ PatientID: 'abc', StudyInstanceUID: '1.2.3', PixelData: Uint8Array.of(1, 2, 3) })
    expect([...attributes.elements.values()].map(({ length }) => length % 2)).toEqual([0, 0, 0])
  })

  test('decimal strings keep to 16 characters and to their value', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
        const written = readBack({ SliceThickness: value }).attributes.text('SliceThickness')
        expect(written.length).toBeLessThanOrEqual(16)
        expect(Math.abs(Number(written) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-8)
      }),
    )
  })

  test('what a representation cannot hold is refused', () => {
    const wrong: DataSetContent[] = [
      { Rows: 70_000 },
      { Rows: 1.5 },
      { Modality: 'A\\B' },
      { SliceThickness: Number.NaN },
      { PixelData: 3 },
    ]
    for (const content of wrong) expect(() => writeDataSet(content), JSON.stringify(content)).toThrow(WriteError)
    expect(() => writeDataSet({ StudyDescription: 'x'.repeat(70_000) })).toThrow(WriteError)
  })
})

test('text is Latin-1 where the content says so, and refused where that does not hold it', () => {
  const SpecificCharacterSet = 'ISO_IR 100'
  const content = { SpecificCharacterSet, PatientName: 'LÉVÊQUE^Zoë' }
  expect(Buffer.from(writeDataSet(content)).includes(Buffer.from('LÉVÊQUE^Zoë ', 'latin1'))).toBe(true)
  expect(readBack(content).attributes.personName('PatientName')).toEqual({ Alphabetic: 'LÉVÊQUE^Zoë' })
  expect(() => writeDataSet({ SpecificCharacterSet, PatientName: 'ŁUKASZ' })).toThrow(WriteError)
})
