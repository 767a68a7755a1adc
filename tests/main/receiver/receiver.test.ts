import { createServer } from 'node:net'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import type { RefusalReason } from '../../../main/cache/cache.ts'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { ScuAssociation, verificationContext, verifyPeer } from '../../../main/dimse/index.ts'
import {
  createReceiver,
  type Receiver,
  type ReceiverChange,
  type ReceiverOptions,
} from '../../../main/receiver/index.ts'
import { DimsePeer } from '../../helpers/dimse-peer.ts'
import { until } from '../../helpers/dimse-server.ts'
import { createMemoryCache, type MemoryCache, outcome } from '../../helpers/memory-cache.ts'
import { associateRequest, dataFragment, storeRequest } from '../../helpers/pdu-fixtures.ts'

const CT = SOPClassUIDs.CTImageStorage
const { ExplicitVRLittleEndian } = TransferSyntaxUIDs
const here = { host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' }

interface Running {
  receiver: Receiver
  cache: MemoryCache
  log: () => string
  changes: ReceiverChange[]
}
let running: Running[] = []

async function start(options: Partial<ReceiverOptions> = {}): Promise<Running> {
  const cache = createMemoryCache()
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
  const receiver = createReceiver({ cache, log, ...options })
  const changes: ReceiverChange[] = []
  receiver.onChange((change) => changes.push(change))
  expect(await receiver.reconfigure(here)).toBe(null)
  const started = { receiver, cache, log: () => lines.join(''), changes }
  running.push(started)
  return started
}

afterEach(async () => {
  await Promise.all(running.map(({ receiver }) => receiver.stop(0)))
  running = []
})

const portOf = ({ receiver }: Running): number => receiver.address?.port ?? 0
const open = (target: Running, abstractSyntax: string = CT) =>
  ScuAssociation.open({
    host: '127.0.0.1',
    port: portOf(target),
    calledAETitle: 'ASTREINTE',
    callingAETitle: 'CT1',
    contexts: [verificationContext, { abstractSyntax, transferSyntax: ExplicitVRLittleEndian }],
  })
const send = (association: ScuAssociation, SOPInstanceUID: string, SOPClassUID: string = CT) =>
  association.store({
    SOPClassUID,
    SOPInstanceUID,
    TransferSyntaxUID: ExplicitVRLittleEndian,
    dataSet: [Buffer.from(`the object ${SOPInstanceUID}`)],
  })
const isListening = (port: number) =>
  verifyPeer({ host: '127.0.0.1', port, calledAETitle: 'ASTREINTE', callingAETitle: 'CT1' }).then(
    () => true,
    () => false,
  )

describe('receiving', () => {
  test('gives objects to the cache byte for byte, with where they come from', async () => {
    const target = await start()
    const association = await open(target)
    expect(await send(association, '1.2.3')).toEqual({ status: 0 })
    expect(target.cache.objects).toEqual([
      {
        request: {
          origin: 'received',
          peer: { AETitle: 'CT1', address: '127.0.0.1' },
          SOPClassUID: CT,
          SOPInstanceUID: '1.2.3',
          TransferSyntaxUID: ExplicitVRLittleEndian,
        },
        dataSet: Buffer.from('the object 1.2.3'),
      },
    ])
    expect(target.receiver.status).toMatchObject({ listening: true, associations: 1, stored: 1, refused: 0 })
    expect(target.receiver.status.rate).toBeGreaterThan(0)
    await association.release()
  })

  test.each<[RefusalReason, number]>([
    ['disk-full', 0xa700],
    ['too-large', 0xa700],
    ['identifiers-disagree', 0xa900],
    ['missing-identifiers', 0xa900],
    ['cut-data-set', 0xc000],
    ['unreadable-data-set', 0xc000],
    ['storage-failed', 0x0110],
  ])('%s is answered with its status and a comment', async (reason, status) => {
    const target = await start()
    target.cache.outcomes.push({ kind: 'refused', reason })
    const association = await open(target)
    const answer = await send(association, '1.2.3')
    await association.release()
    expect(answer).toEqual({ status, ErrorComment: expect.stringMatching(/^[\x20-\x7e]{1,64}$/) })
    await until(() => target.receiver.history().length === 1)
    expect(target.receiver.history()[0]).toMatchObject({ failed: 1, reasons: [{ code: reason, count: 1, detail: '' }] })
  })

  test('counts what an association brought, and keeps it in the history, newest first', async () => {
    const target = await start()
    await verifyPeer({ host: '127.0.0.1', port: portOf(target), calledAETitle: 'ASTREINTE', callingAETitle: 'MR1' })
    target.cache.outcomes.push(
      outcome('stored'),
      outcome('duplicate'),
      outcome('version'),
      { kind: 'refused', reason: 'cut-data-set' },
      { kind: 'refused', reason: 'cut-data-set' },
      new Error('broken promise'),
    )
    const association = await open(target)
    for (let i = 0; i < 7; i += 1) await send(association, `1.2.${i}`)
    await association.release()
    await until(() => target.receiver.history().length === 2)
    const expected = {
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      callingAETitle: 'CT1',
      remoteAddress: '127.0.0.1',
      outcome: 'completed',
      stored: 2,
      duplicates: 1,
      versions: 1,
      failed: 3,
      reasons: [
        { code: 'cut-data-set', count: 2, detail: '' },
        { code: 'storage-failed', count: 1, detail: '' },
      ],
    }
    expect(target.receiver.history()).toEqual([
      expected,
      expect.objectContaining({ callingAETitle: 'MR1', reasons: [] }),
    ])
    expect(target.changes).toContainEqual({ kind: 'receiverEvent', event: expected })
    expect(target.receiver.status).toMatchObject({ associations: 0, stored: 4, refused: 3 })
  })

  test('an unknown SOP class is refused and named; an additional one is stored', async () => {
    const target = await start()
    const refused = await open(target, '1.3.999.1')
    expect(refused.accepts('1.3.999.1', ExplicitVRLittleEndian)).toBe(false)
    await refused.release()
    await until(() => target.receiver.history().length === 1)
    expect(target.receiver.history()[0]?.reasons).toEqual([
      { code: 'unknown-sop-class', count: 1, detail: '1.3.999.1' },
    ])
    target.receiver.acceptAlso(['1.3.999.1'])
    const accepted = await open(target, '1.3.999.1')
    expect(await send(accepted, '1.2.3', '1.3.999.1')).toEqual({ status: 0 })
    await accepted.release()
  })

  test('an object that is refused for its command or its encoding is counted and named', async () => {
    const target = await start()
    const xml = '1.2.840.10008.1.2.6.2'
    const request = { host: '127.0.0.1', port: portOf(target), calledAETitle: 'ASTREINTE', callingAETitle: 'CT1' }
    const contexts = [
      verificationContext,
      { abstractSyntax: CT, transferSyntax: xml },
      { abstractSyntax: SOPClassUIDs.MRImageStorage, transferSyntax: xml },
      { abstractSyntax: SOPClassUIDs.MRImageStorage, transferSyntax: ExplicitVRLittleEndian },
    ]
    const association = await ScuAssociation.open({ ...request, contexts })
    expect(await send(association, 'no UID', SOPClassUIDs.MRImageStorage)).toMatchObject({ status: 0x0117 })
    await association.release()
    await until(() => target.receiver.history().length === 1)
    expect(target.receiver.history()[0]).toMatchObject({
      outcome: 'completed',
      failed: 1,
      reasons: [
        { code: 'missing-identifiers', count: 1, detail: '' },
        { code: 'unknown-transfer-syntax', count: 1, detail: xml },
      ],
    })
    expect(target.receiver.status).toMatchObject({ stored: 0, refused: 1 })
  })

  test('a wrong AE title stands in the history, as it was called', async () => {
    const target = await start()
    const wrong = { host: '127.0.0.1', port: portOf(target), calledAETitle: 'ASTREINT', callingAETitle: 'CT1' }
    await expect(verifyPeer(wrong)).rejects.toMatchObject({ code: 'rejected' })
    await until(() => target.receiver.history().length === 1)
    expect(target.receiver.history()[0]).toMatchObject({
      callingAETitle: 'CT1',
      outcome: 'rejected',
      reasons: [{ code: 'called-ae-unknown', count: 1, detail: 'ASTREINT' }],
    })
  })

  test('an association that ends inside an object leaves nothing in the cache, and says so', async () => {
    const target = await start()
    const peer = await DimsePeer.associate(portOf(target), associateRequest)
    peer.send(storeRequest, dataFragment(3, Buffer.from('DOE^JANE'), 0))
    await until(() => target.receiver.status.associations === 1)
    peer.destroy()
    await until(() => target.receiver.history().length === 1)
    expect(target.cache.aborted).toHaveLength(1)
    expect(target.receiver.history()[0]).toMatchObject({
      outcome: 'aborted',
      failed: 1,
      reasons: [{ code: 'cut-data-set', count: 1, detail: '' }],
    })
    expect(target.receiver.status).toMatchObject({ stored: 0, refused: 1 })
  })

  test('the history keeps the last 200, and no content reaches the log', async () => {
    const target = await start()
    for (let i = 0; i < 205; i += 1) {
      const peer = await DimsePeer.connect(portOf(target))
      peer.send(Buffer.from('DOE^JANE'))
      await peer.closed()
    }
    await until(() => target.changes.filter(({ kind }) => kind === 'receiverEvent').length === 205)
    expect(target.receiver.history()).toHaveLength(200)
    expect(target.receiver.history()[0]?.reasons).toEqual([{ code: 'not-dicom', count: 1, detail: '' }])
    expect(target.log()).toContain('not-dicom')
    expect(target.log()).not.toContain('DOE')
  })
})

describe('the address', () => {
  test('changes at once, while associations go on', async () => {
    const target = await start()
    const oldPort = portOf(target)
    const association = await open(target)
    expect(await target.receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'NIGHT' })).toBe(null)
    expect(target.receiver.status).toMatchObject({ listening: true, aeTitle: 'NIGHT' })
    expect(await send(association, '1.2.3')).toEqual({ status: 0 })
    await association.release()
    expect(await isListening(oldPort)).toBe(false)
    const night = { host: '127.0.0.1', port: portOf(target), calledAETitle: 'NIGHT', callingAETitle: 'CT1' }
    expect(await verifyPeer(night)).toBe(0)
  })

  test('from this machine to the network and back keeps the port', async () => {
    const target = await start()
    const port = portOf(target)
    expect(await target.receiver.reconfigure({ host: '0.0.0.0', port, aeTitle: 'ASTREINTE' })).toBe(null)
    expect(await isListening(port)).toBe(true)
    expect(await target.receiver.reconfigure({ host: '127.0.0.1', port, aeTitle: 'ASTREINTE' })).toBe(null)
    expect(target.receiver.address).toEqual({ host: '127.0.0.1', port, aeTitle: 'ASTREINTE' })
    expect(await isListening(port)).toBe(true)
  })

  test('that cannot be had leaves everything as it was', async () => {
    const target = await start()
    const before = target.receiver.address
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const takenPort = typeof address === 'object' && address ? address.port : 0
    const other = { host: '127.0.0.1', aeTitle: 'OTHER' }
    expect(await target.receiver.reconfigure({ ...other, port: takenPort })).toBe('port-in-use')
    expect(await target.receiver.reconfigure({ ...other, host: '192.0.2.1', port: 0 })).toBe('address-not-available')
    expect(await target.receiver.reconfigure({ ...other, host: '192.0.2.1', port: before?.port ?? 0 })).toBe(
      'address-not-available',
    )
    expect(await target.receiver.reconfigure({ ...here, port: 0, aeTitle: 'WITH\\BACKSLASH' })).toBe('bad-ae-title')
    taken.close()
    expect(target.receiver.address).toEqual(before)
    expect(await isListening(before?.port ?? 0)).toBe(true)
  })

  test('that was taken at the first start can be had later', async () => {
    const target = await start()
    const receiver = createReceiver({ cache: createMemoryCache(), log: pino({ level: 'silent' }) })
    const wanted = { ...here, port: portOf(target) }
    expect(await receiver.reconfigure(wanted)).toBe('port-in-use')
    expect(receiver.status).toMatchObject({ listening: false, port: wanted.port, aeTitle: 'ASTREINTE' })
    await target.receiver.stop(0)
    expect(await receiver.reconfigure(wanted)).toBe(null)
    expect(receiver.address).toEqual(wanted)
    await receiver.stop(0)
  })

  test('is tested by a C-ECHO through the network, without changing anything', async () => {
    const target = await start()
    const other = await start()
    const before = target.receiver.address
    const events = target.changes.length
    expect(await target.receiver.test({ ...here, aeTitle: 'NIGHT' })).toEqual({
      problem: null,
      addresses: ['127.0.0.1'],
    })
    expect(await target.receiver.test({ ...here, port: portOf(target) })).toEqual({
      problem: null,
      addresses: ['127.0.0.1'],
    })
    expect(await target.receiver.test({ ...here, port: portOf(other) })).toEqual({
      problem: 'port-in-use',
      addresses: [],
    })
    expect(await target.receiver.test({ ...here, aeTitle: '' })).toEqual({ problem: 'bad-ae-title', addresses: [] })
    expect(await target.receiver.test({ ...here, host: '192.0.2.1' })).toEqual({
      problem: 'address-not-available',
      addresses: [],
    })
    expect(target.receiver.address).toEqual(before)
    expect(target.changes).toHaveLength(events)
  })
})
