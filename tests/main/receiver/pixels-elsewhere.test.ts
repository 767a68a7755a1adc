import { deflateRawSync } from 'node:zlib'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { ScuAssociation, type SendResult, sendObjects } from '../../../main/dimse/index.ts'
import { createReceiver, type Receiver } from '../../../main/receiver/index.ts'
import { toSend } from '../../../main/receiver/sending/to-send.ts'
import { startRecordingServer } from '../../helpers/dimse-server.ts'
import { ctImage } from '../cache/data-sets.ts'
import { testCache } from '../cache/test-cache.ts'
import { element } from '../dataset/raw-data-set.ts'

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

const CT = SOPClassUIDs.CTImageStorage
const { ExplicitVRLittleEndian, JPIPReferenced, JPIPReferencedDeflate } = TransferSyntaxUIDs
const STUDY = '1.2.826.0.1.77.1'
const peer = { host: '127.0.0.1', calledAETitle: 'ASTREINTE', callingAETitle: 'CT1' }
const nobody = { decode: () => Promise.reject(new Error('Nothing is to be decoded')) }

let stop: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(stop.map((each) => each()))
  stop = []
})

/** A CT image that says where its pixels are. */
function reference(instance: number): Buffer {
  const { bytes } = ctImage({ instance })
  const url = element([0x00287fe0, 'UR'], 'jpip://archive.example:2222/?target=1.2.3')
  return Buffer.concat([bytes.subarray(0, bytes.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]))), url])
}
const padded = (bytes: Buffer) => (bytes.length % 2 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes)
const objects = [
  { TransferSyntaxUID: JPIPReferenced, dataSet: reference(1) },
  { TransferSyntaxUID: JPIPReferencedDeflate, dataSet: padded(deflateRawSync(reference(2))) },
].map((object, index) => ({ ...object, SOPClassUID: CT, SOPInstanceUID: `${STUDY}.1.${index + 1}` }))

const portOf = (receiver: Receiver): number => receiver.address?.port ?? 0

test('objects whose pixels are elsewhere go round byte for byte, and nobody is told more of them than is true', async () => {
  const cache = await testCache()
  const all = { store: true, query: true, retrieve: true, commit: true }
  const asker = { aeTitle: 'CT1', address: '127.0.0.1', port: null, tls: false, may: all, maxAssociations: null }
  const options = { cache, log: pino({ level: 'silent' }) }
  const receiver = createReceiver({
    ...options,
    holdings: cache,
    peers: () => ({ peers: [asker], unknownPeers: 'store' }),
  })
  stop.push(() => receiver.stop(0))
  expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBe(null)

  const refused = ['1.2.840.10008.1.2.6.1', '1.2.840.10008.1.2.7.1', '1.2.840.10008.1.20']
  const association = await ScuAssociation.open({
    ...peer,
    port: portOf(receiver),
    contexts: [...objects.map(({ TransferSyntaxUID }) => TransferSyntaxUID), ...refused].map((transferSyntax) => ({
      abstractSyntax: CT,
      transferSyntax,
    })),
  })
  expect(refused.map((syntax) => association.accepts(CT, syntax))).toEqual([false, false, false])
  for (const object of objects) {
    expect(await association.store({ ...object, dataSet: [object.dataSet] })).toEqual({ status: 0 })
  }
  await association.release()

  const keys = await cache.listInstanceKeys({ StudyInstanceUID: STUDY })
  const headers = await Promise.all(keys.map((key) => cache.imageHeader(key)))
  expect(headers.map((header) => [header?.TransferSyntaxUID, header?.notDisplayable, header?.Rows])).toEqual([
    [JPIPReferenced, 'pixels-elsewhere', 64],
    [JPIPReferencedDeflate, 'pixels-elsewhere', 64],
  ])
  const study = await cache.getStudy(STUDY)
  expect(study?.series[0]?.notDisplayable).toEqual([{ reason: 'pixels-elsewhere', count: 2 }])

  const stored = await Promise.all(keys.map((key) => cache.open(key)))
  const sendTo = async (acceptsTransferSyntax: (UID: string) => boolean) => {
    const archive = await startRecordingServer({ acceptsTransferSyntax })
    stop.push(() => archive.server.close(0))
    const results: SendResult['kind'][] = []
    const report = await sendObjects({
      ...{ ...peer, port: archive.server.port },
      objects: stored.map((object) => toSend(object, nobody)),
      onResult: ({ kind }) => results.push(kind),
    })
    expect(report.kind).toBe('completed')
    return {
      results,
      sent: archive.objects.map(({ request, chunks }) => [request.TransferSyntaxUID, Buffer.concat(chunks)]),
    }
  }
  expect(await sendTo(() => true)).toEqual({
    results: ['sent', 'sent'],
    sent: objects.map(({ TransferSyntaxUID, dataSet }) => [TransferSyntaxUID, dataSet]),
  })
  expect(await sendTo((UID) => UID === ExplicitVRLittleEndian)).toEqual({
    results: ['not-negotiated', 'not-negotiated'],
    sent: [],
  })

  // Whoever is told that they are safe here may delete the pixels.
  const other = createReceiver(options)
  stop.push(() => other.stop(0))
  expect(await other.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'CT1' })).toBe(null)
  const instances = objects.map(({ SOPClassUID, SOPInstanceUID }) => ({ SOPClassUID, SOPInstanceUID }))
  const commitment = await other.commitment.request({
    peer: { aeTitle: 'ASTREINTE', host: '127.0.0.1', port: portOf(receiver) },
    instances,
    signal: AbortSignal.timeout(20_000),
  })
  expect(commitment).toMatchObject({
    kind: 'reported',
    report: { committed: [], failed: instances.map((instance) => ({ ...instance, FailureReason: 0x0110 })) },
  })
})
