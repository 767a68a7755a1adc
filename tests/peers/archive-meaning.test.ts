/** Whether two encodings mean the same: dcmtk's conversions of pydicom's files keep the digest, and any change of a value changes it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ElementDigest } from '../../main/archive/outbox/element-digest.ts'
import { parsePart10 } from '../../main/dataset/index.ts'
import { TransferSyntaxUIDs, transferSyntaxes } from '../../main/dicom/transfer-syntaxes.ts'
import { hasSendableCorpus, sendableCorpus } from '../helpers/sendable-corpus.ts'

const digestOf = (syntax: string, dataSet: Uint8Array, step = 40_000): string | null => {
  const digest = new ElementDigest(syntax)
  for (let at = 0; at < dataSet.length; at += step) digest.push(dataSet.subarray(at, at + step))
  return digest.end()
}

const digestOfFile = (path: string, step?: number): string | null => {
  const file = readFileSync(path)
  const head = parsePart10(file)
  if (!('dataSetOffset' in head)) throw new Error('not a DICOM file')
  return digestOf(head.TransferSyntaxUID, file.subarray(head.dataSetOffset), step)
}

describe.runIf(hasSendableCorpus())('the meaning of data sets', () => {
  const files = hasSendableCorpus() ? sendableCorpus().filter(({ length }) => length < 2_000_000) : []
  const plain = files.filter(
    ({ syntax }) => !transferSyntaxes.get(syntax)?.encapsulated && syntax.startsWith('1.2.840.10008.1.2'),
  )

  test('does not depend on how the stream is cut', () => {
    for (const { path } of files) expect(digestOfFile(path, 7), path).toBe(digestOfFile(path))
    expect(files.filter(({ path }) => digestOfFile(path) === null)).toEqual([])
  })

  test('is the same in every encoding that dcmtk writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-meaning-'))
    const encodings = [['+te', '-e'], ['+te', '+e', '-g'], ['+td'], ['+tb', '+g']]
    try {
      let compared = 0
      for (const { path } of plain.slice(0, 30)) {
        const expected = digestOfFile(path)
        for (const encoding of encodings) {
          const target = join(folder, 'converted.dcm')
          try {
            execFileSync('dcmconv', ['+F', ...encoding, path, target], { stdio: 'pipe' })
          } catch {
            continue
          }
          expect(digestOfFile(target), `${path} ${encoding.join(' ')}`).toBe(expected)
          compared += 1
        }
      }
      expect(compared).toBeGreaterThan(75)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 240_000)

  test('differs when any byte of an implicit data set does, and there is none for half of one', () => {
    const implicit = plain.filter(({ syntax }) => syntax === TransferSyntaxUIDs.ImplicitVRLittleEndian)
    expect(implicit.length).toBeGreaterThan(1)
    for (const { path, syntax } of implicit) {
      const file = readFileSync(path)
      const head = parsePart10(file)
      if (!('dataSetOffset' in head)) throw new Error('not a DICOM file')
      const dataSet = file.subarray(head.dataSetOffset)
      const whole = digestOf(syntax, dataSet)
      for (let at = 0; at < dataSet.length; at += Math.ceil(dataSet.length / 60)) {
        const altered = Buffer.from(dataSet)
        altered[at] = (altered[at] ?? 0) ^ 0x11
        if (digestOf(syntax, altered) === whole) expect(isInGroupLength(dataSet, at), `${path} at ${at}`).toBe(true)
      }
      expect(digestOf(syntax, dataSet.subarray(0, dataSet.length - 5))).toBeNull()
    }
  })
})

/** Whether the byte stands in the value of a group length. */
const isInGroupLength = (dataSet: Buffer, at: number): boolean =>
  [8, 9, 10, 11].some((offset) =>
    dataSet.subarray(at - offset + 2, at - offset + 8).equals(Buffer.of(0, 0, 4, 0, 0, 0)),
  )
