import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readBeginning } from '../../../main/dataset/data-set-beginning.ts'
import { writeDataSet } from '../../../main/dataset/index.ts'
import { Inflate } from '../../../main/dataset/inflate.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'

const { ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian } = TransferSyntaxUIDs
const LENGTH = 128 * 1024 * 1024
const plain = writeDataSet({ SOPInstanceUID: '1.2.3.4', EncapsulatedDocument: new Uint8Array(LENGTH) })
const deflated = deflateRawSync(plain)
const time = (work: () => unknown): number => {
  const start = performance.now()
  work()
  return performance.now() - start
}

test('the first elements are found in what is there of a data set, cut anywhere', () => {
  const beginnings = [
    readBeginning(ExplicitVRLittleEndian, plain.subarray(0, 1000), 10_000),
    readBeginning(DeflatedExplicitVRLittleEndian, deflated.subarray(0, 1000), 10_000),
    readBeginning(DeflatedExplicitVRLittleEndian, deflated, 10_000),
  ]
  expect(beginnings.map((dataSet) => dataSet.text('SOPInstanceUID'))).toEqual(Array(3).fill('1.2.3.4'))
})

test('what lies far behind them is not inflated', () => {
  const whole = time(() => new Inflate(() => undefined).push(deflated))
  expect(time(() => readBeginning(DeflatedExplicitVRLittleEndian, deflated, 10_000))).toBeLessThan(whole / 2)
})
