import { afterEach, describe, expect, test } from 'vitest'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { type ObjectToSend, type SendResult, sendObjects } from '../../../main/dimse/index.ts'
import { type KeptObject, type RecordingServer, startRecordingServer } from '../../helpers/dimse-server.ts'

const CT = SOPClassUIDs.CTImageStorage
const { ExplicitVRLittleEndian } = TransferSyntaxUIDs
let running: RecordingServer[] = []
afterEach(async () => {
  await Promise.all(running.map(({ server }) => server.close(0)))
  running = []
})

async function start(...args: Parameters<typeof startRecordingServer>): Promise<RecordingServer> {
  const recording = await startRecordingServer(...args)
  running.push(recording)
  return recording
}

const object = (index: number, changes: Partial<ObjectToSend> = {}): ObjectToSend => ({
  SOPClassUID: CT,
  SOPInstanceUID: `1.2.${index}`,
  TransferSyntaxUID: ExplicitVRLittleEndian,
  dataSet: () => [Buffer.alloc(2000, index)],
  ...changes,
})
const objects = (count: number) => Array.from({ length: count }, (_, index) => object(index))
const to = ({ server }: RecordingServer) => ({
  host: '127.0.0.1',
  port: server.port,
  calledAETitle: 'ASTREINTE',
  callingAETitle: 'SENDER',
})
const uidsOf = (kept: readonly KeptObject[]) => kept.map(({ request }) => request.AffectedSOPInstanceUID)

describe('the storage SCU', () => {
  test('sends in order, byte for byte, on one association, and tells of each object', async () => {
    const recording = await start()
    const results: SendResult[] = []
    const report = await sendObjects({
      ...to(recording),
      objects: objects(5),
      onResult: (result) => results.push(result),
    })
    expect(report).toEqual({ kind: 'completed', next: 5, error: null })
    expect(uidsOf(recording.objects)).toEqual(['1.2.0', '1.2.1', '1.2.2', '1.2.3', '1.2.4'])
    expect(Buffer.concat(recording.objects[3]?.chunks ?? [])).toEqual(Buffer.alloc(2000, 3))
    expect(new Set(recording.objects.map(({ request }) => request.association.id)).size).toBe(1)
    expect(results[4]).toEqual({ index: 4, SOPInstanceUID: '1.2.4', kind: 'sent', status: 0 })
  })

  test('opens further associations for more than 128 kinds of objects', async () => {
    const recording = await start({ acceptsSOPClass: () => true })
    const many = Array.from({ length: 300 }, (_, index) => object(index, { SOPClassUID: `1.2.840.${index}` }))
    expect(await sendObjects({ ...to(recording), objects: many })).toMatchObject({ kind: 'completed', next: 300 })
    expect(uidsOf(recording.objects)).toEqual(many.map(({ SOPInstanceUID }) => SOPInstanceUID))
    expect(new Set(recording.objects.map(({ request }) => request.association.id)).size).toBe(3)
  })

  test('goes on behind what the peer does not take, refuses, or cannot be read', async () => {
    const recording = await start({}, ({ request }) => ({
      end: async () => ({ status: request.AffectedSOPInstanceUID === '1.2.1' ? 0xa700 : 0xb000 }),
    }))
    const unreadable = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.reject<Uint8Array>(new Error('damaged'))
    }
    const results: SendResult[] = []
    const report = await sendObjects({
      ...to(recording),
      objects: [
        object(0),
        object(1),
        object(2, { SOPClassUID: '1.2.3' }),
        object(3, { dataSet: unreadable }),
        object(4),
      ],
      onResult: (result) => results.push(result),
    })
    expect(report).toMatchObject({ kind: 'completed', next: 5 })
    expect(results.map(({ kind, status }) => [kind, status])).toEqual([
      ['sent', 0xb000],
      ['refused', 0xa700],
      ['not-negotiated', null],
      ['unreadable', null],
      ['sent', 0xb000],
    ])
    expect(recording.ends.map(({ outcome }) => outcome)).toEqual(['completed'])
  })

  test('falls back on another encoding, in order, only for who does not take the stored one', async () => {
    const { ImplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless } = TransferSyntaxUIDs
    const recording = await start({
      acceptsTransferSyntax: (uid) => uid !== ExplicitVRBigEndian && uid !== RLELossless,
    })
    const otherwise = [ExplicitVRBigEndian, ImplicitVRLittleEndian].map((TransferSyntaxUID) => ({
      TransferSyntaxUID,
      dataSet: () => [Buffer.from(TransferSyntaxUID.padEnd(20))],
    }))
    const results: SendResult[] = []
    const report = await sendObjects({
      ...to(recording),
      objects: [object(0, { otherwise }), object(1, { otherwise, TransferSyntaxUID: RLELossless })],
      onResult: (result) => results.push(result),
    })
    expect(report).toMatchObject({ kind: 'completed', next: 2 })
    expect(results.map(({ kind }) => kind)).toEqual(['sent', 'sent'])
    expect(recording.objects.map(({ request }) => request.TransferSyntaxUID)).toEqual([
      ExplicitVRLittleEndian,
      ImplicitVRLittleEndian,
    ])
    expect(Buffer.concat(recording.objects[1]?.chunks ?? []).toString()).toBe(ImplicitVRLittleEndian.padEnd(20))
  })

  test('is cancelled between two objects, and taken up again at the first that was not sent', async () => {
    const recording = await start()
    const controller = new AbortController()
    const request = { ...to(recording), objects: objects(6) }
    const first = await sendObjects({
      ...request,
      signal: controller.signal,
      onResult: ({ index }) => index === 2 && controller.abort(),
    })
    expect(first).toEqual({ kind: 'cancelled', next: 3, error: null })
    expect(await sendObjects({ ...request, startAt: first.next })).toMatchObject({ kind: 'completed', next: 6 })
    expect(uidsOf(recording.objects)).toEqual(objects(6).map(({ SOPInstanceUID }) => SOPInstanceUID))
  })

  test('says where it was interrupted: nothing that was answered is sent again', async () => {
    let isFull = true
    const recording = await start({}, ({ request }) => ({
      end: async () => {
        if (isFull && request.AffectedSOPInstanceUID === '1.2.3') {
          isFull = false
          await recording.server.close(0)
        }
        return { status: 0 }
      },
    }))
    const first = await sendObjects({ ...to(recording), objects: objects(6) })
    expect(first).toMatchObject({ kind: 'interrupted', next: 3, error: { code: 'aborted' } })
    const second = await start()
    expect(await sendObjects({ ...to(second), objects: objects(6), startAt: first.next })).toMatchObject({ next: 6 })
    expect(uidsOf(second.objects)).toEqual(['1.2.3', '1.2.4', '1.2.5'])
    await second.server.close(0)
    const gone = await sendObjects({ ...to(second), objects: objects(6), startAt: 4 })
    expect(gone).toMatchObject({ kind: 'interrupted', next: 4, error: { code: 'connection-failed' } })
  })
})
