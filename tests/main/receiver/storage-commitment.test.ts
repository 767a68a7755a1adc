import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import type { StoredObject } from '../../../main/cache/cache.ts'
import type { DicomPeer } from '../../../main/contract/settings.ts'
import {
  SOPClassUIDs,
  STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID,
  TransferSyntaxUIDs,
} from '../../../main/dicom/index.ts'
import {
  decodeIdentifier,
  encodeIdentifier,
  type OperationControl,
  type OperationInput,
  ScuAssociation,
} from '../../../main/dimse/index.ts'
import { createReceiver, type Receiver, type ReceiverOptions } from '../../../main/receiver/index.ts'
import { ReportSender } from '../../../main/receiver/storage-commitment/report-sender.ts'
import {
  readReport,
  readRequest,
  reportContent,
  requestContent,
} from '../../../main/receiver/storage-commitment/transaction.ts'
import { until } from '../../helpers/dimse-server.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'

const CT = SOPClassUIDs.CTImageStorage
const MR = SOPClassUIDs.MRImageStorage
const { ImplicitVRLittleEndian } = TransferSyntaxUIDs
const MODEL = SOPClassUIDs.StorageCommitmentPushModel
const instance = (SOPInstanceUID: string, SOPClassUID: string = CT) => ({ SOPClassUID, SOPInstanceUID })

describe('what is said', () => {
  const uid = fc.stringMatching(/^1(\.[1-9][0-9]{0,5}){1,8}$/)
  const reference = fc.record({ SOPClassUID: uid, SOPInstanceUID: uid })
  const failed = fc.record({ SOPClassUID: uid, SOPInstanceUID: uid, FailureReason: fc.nat(0xffff) })
  const round = (content: Parameters<typeof encodeIdentifier>[0]) =>
    decodeIdentifier(encodeIdentifier(content, ImplicitVRLittleEndian), ImplicitVRLittleEndian)

  test('is read as it was written', () => {
    fc.assert(
      fc.property(
        uid,
        fc.array(reference, { minLength: 1 }),
        fc.array(failed),
        (TransactionUID, instances, missing) => {
          const asked = round(requestContent(TransactionUID, instances))
          expect(asked && readRequest(asked)).toEqual({ TransactionUID, instances })
          const report = { TransactionUID, committed: instances, failed: missing }
          const told = round(reportContent(report))
          expect(told && readReport(told)).toEqual(report)
        },
      ),
    )
  })

  test('is refused when it names no transaction, no instance, or what is no UID', () => {
    const read = (content: Parameters<typeof encodeIdentifier>[0]) => {
      const dataSet = round(content)
      return dataSet && readRequest(dataSet)
    }
    expect(read(requestContent('1.2', []))).toBe(null)
    expect(read(requestContent('', [instance('1.3')]))).toBe(null)
    expect(read(requestContent('1.2', [instance('DOE^JANE')]))).toBe(null)
  })
})

test('no more instances wait than are borne, however few requests they are of', async () => {
  const sender = new ReportSender(
    { aeTitle: () => 'ARCHIVE', attemptDelays: [3_600_000], addressOf: () => null, onLost: () => {} },
    async ({ TransactionUID }) => ({ TransactionUID, committed: [], failed: [] }),
  )
  const asker = { callingAETitle: 'ASKER', remoteAddress: '127.0.0.1', askedAt: '2026-01-01T00:00:00.000Z' }
  const instances = new Array(20_000).fill(instance('1.2.3'))
  let taken = 0
  for (; sender.hasRoomFor(instances.length) && taken < 50; taken += 1) {
    await sender.send({ ...asker, TransactionUID: `1.2.${taken}`, instances }, {} as OperationControl)
  }
  expect(taken).toBe(10)
  await sender.close()
  expect(sender.hasRoomFor(200_000)).toBe(true)
})

describe('two stations', () => {
  let running: Receiver[] = []
  afterEach(async () => {
    await Promise.all(running.map((each) => each.stop(0)))
    running = []
  })

  /**
   * Holds the CT `1.2.1`; `1.2.2` is damaged at its beginning, and `1.2.4` was found damaged behind it. Of `1.2.5` to `1.2.7` another version than
   * the current one was found damaged, is damaged at its beginning, or only refers to its pixels; `1.2.8` is in two versions that are whole.
   */
  const versions: Readonly<Record<string, readonly number[]>> = {
    ...{ '1.2.1': [1], '1.2.2': [2], '1.2.4': [4] },
    ...{ '1.2.5': [1, 4], '1.2.6': [1, 2], '1.2.7': [1, 7], '1.2.8': [1, 8] },
  }
  const holdings: NonNullable<ReceiverOptions['holdings']> = {
    searchAttributes: async () => [],
    listInstanceKeys: async () => [],
    listInstances: async () => [],
    findInstance: async ({ SOPInstanceUID }) => versions[SOPInstanceUID]?.[0] ?? null,
    listVersions: async (SOPInstanceUID) =>
      (versions[SOPInstanceUID] ?? []).map((instanceKey) => ({ instanceKey, isDamaged: instanceKey === 4 })),
    open: async (instanceKey) => {
      const read = instanceKey !== 2 ? async () => new Uint8Array(1) : () => Promise.reject(new Error('damaged'))
      return {
        instanceKey,
        StudyInstanceUID: '1',
        SOPClassUID: CT,
        TransferSyntaxUID: TransferSyntaxUIDs[instanceKey === 7 ? 'JPIPReferenced' : 'ExplicitVRLittleEndian'],
        length: 10,
        read,
      } as Partial<StoredObject> as StoredObject
    },
  }

  async function start(aeTitle: string, options: Partial<ReceiverOptions> = {}, port = 0): Promise<Receiver> {
    const receiver = createReceiver({ cache: createMemoryCache(), log: pino({ level: 'silent' }), ...options })
    running.push(receiver)
    expect(await receiver.reconfigure({ host: '127.0.0.1', port, aeTitle })).toBe(null)
    return receiver
  }
  const may = { store: true, query: false, retrieve: false, commit: true }
  const row = (port: number | null, changes: Partial<DicomPeer> = {}): DicomPeer => ({
    aeTitle: 'ASKER',
    address: '127.0.0.1',
    port,
    tls: false,
    may,
    maxAssociations: null,
    ...changes,
  })
  const archive = (peer: DicomPeer | null, reportDelays: readonly number[] = [0]) =>
    start('ARCHIVE', {
      holdings,
      reportDelays,
      peers: () => ({ peers: peer ? [peer] : [], unknownPeers: 'store' as const }),
    })
  const portOf = (receiver: Receiver): number => receiver.address?.port ?? 0
  const asked = [
    ...[instance('1.2.1'), instance('1.2.1', MR), instance('1.2.2'), instance('1.2.3'), instance('1.2.4')],
    ...[instance('1.2.5'), instance('1.2.6'), instance('1.2.7'), instance('1.2.8')],
  ]
  const answer = {
    kind: 'reported',
    report: {
      TransactionUID: expect.stringMatching(/^2\.25\.\d+$/),
      committed: [instance('1.2.1'), instance('1.2.8')],
      failed: [
        { ...instance('1.2.1', MR), FailureReason: 0x0119 },
        { ...instance('1.2.2'), FailureReason: 0x0110 },
        { ...instance('1.2.3'), FailureReason: 0x0112 },
        { ...instance('1.2.4'), FailureReason: 0x0110 },
        { ...instance('1.2.5'), FailureReason: 0x0110 },
        { ...instance('1.2.6'), FailureReason: 0x0110 },
        { ...instance('1.2.7'), FailureReason: 0x0110 },
      ],
    },
  }
  const ask = (asker: Receiver, of: Receiver, changes = {}) =>
    asker.commitment.request({
      peer: { aeTitle: 'ARCHIVE', host: '127.0.0.1', port: portOf(of) },
      instances: asked,
      signal: AbortSignal.timeout(20_000),
      ...changes,
    })

  test('an asker that does not listen gets the report on its own association', async () => {
    const of = await archive(row(null))
    const asker = await start('ASKER')
    expect(await ask(asker, of)).toEqual(answer)
    expect(asker.history()).toEqual([])
  })

  test('one that listens gets it there, also after it has left', async () => {
    const asker = await start('ASKER')
    const of = await archive(row(portOf(asker)), [200])
    expect(await ask(asker, of, { reportWait: 0 })).toEqual(answer)
    await until(() => asker.history().length === 1)
    expect(asker.history()[0]).toMatchObject({ callingAETitle: 'ARCHIVE', outcome: 'completed', reasons: [] })
  })

  test('a report that cannot be brought is brought later', async () => {
    const asker = await start('ASKER')
    const port = portOf(asker)
    const elsewhere = await start('ELSEWHERE')
    const rows: [DicomPeer] = [row(portOf(elsewhere))]
    const of = await start('ARCHIVE', {
      holdings,
      reportDelays: [0, 50, 50],
      // At first the table is wrong: that listener has another AE title.
      peers: () => ({ peers: rows, unknownPeers: 'store' }),
    })
    const waiting = ask(asker, of, { reportWait: 0 })
    await until(() => elsewhere.history().length > 0)
    await elsewhere.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASKER' })
    await elsewhere.stop(0)
    await asker.reconfigure({ host: '127.0.0.1', port: portOf(elsewhere) || rows[0].port || port, aeTitle: 'ASKER' })
    expect(await waiting).toEqual(answer)
  })

  test('who may not ask is refused, and who does not answer is told as such', async () => {
    const of = await archive(row(null, { may: { ...may, commit: false } }))
    const asker = await start('ASKER')
    expect(await ask(asker, of)).toEqual({ kind: 'refused', status: 0x0124 })
    await of.stop(0)
    const gone = await ask(asker, asker, { peer: { aeTitle: 'X', host: '127.0.0.1', port: portOf(asker) } })
    expect(gone).toMatchObject({ kind: 'unreachable', error: { code: 'rejected' } })
  })

  test('reports nobody expects, of others, and again, each get their status', async () => {
    const asker = await start('ASKER')
    const of = await archive(row(portOf(asker)))
    const outcome = await ask(asker, of)
    expect(outcome).toEqual(answer)
    const report = async (callingAETitle: string, TransactionUID: string, changes: Partial<OperationInput> = {}) => {
      const association = await ScuAssociation.open({
        host: '127.0.0.1',
        port: portOf(asker),
        calledAETitle: 'ASKER',
        callingAETitle,
        contexts: [{ abstractSyntax: MODEL, transferSyntax: ImplicitVRLittleEndian }],
        roles: [{ SOPClassUID: MODEL, scuRole: false, scpRole: true }],
      })
      const { status } = await association.operate({
        name: 'N-EVENT-REPORT',
        SOPClassUID: MODEL,
        SOPInstanceUID: STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID,
        typeID: 1,
        content: reportContent({ TransactionUID, committed: [instance('1.2.9')], failed: [] }),
        ...changes,
      })
      await association.release()
      return status
    }
    const done = outcome.kind === 'reported' ? outcome.report.TransactionUID : ''
    expect(await report('ARCHIVE', '1.2.3.4')).toBe(0x0115)
    expect(await report('ARCHIVE', done)).toBe(0)
    expect(await report('FORGER', done)).toBe(0x0124)
    expect(await report('ARCHIVE', done, { typeID: 7 })).toBe(0x0113)
  })

  test('a report that waits is brought after a restart, once, and an old or broken one is forgotten', async () => {
    const kept = new Map<number, string>([
      [0, 'nonsense'],
      [1, JSON.stringify({ TransactionUID: '1.2.9', instances: [], askedAt: '2020-01-01T00:00:00.000Z' })],
    ])
    const reportMemory = {
      load: async (slot: number) => kept.get(slot) ?? null,
      save: async (slot: number, text: string) => void kept.set(slot, text),
    }
    const asker = await start('ASKER')
    const options = {
      holdings,
      reportMemory,
      peers: () => ({ peers: [row(portOf(asker))], unknownPeers: 'store' as const }),
    }
    const before = await start('ARCHIVE', { ...options, reportDelays: [3_600_000] })
    const waiting = ask(asker, before, { reportWait: 0 })
    await until(() => [...kept.values()].some((text) => text.includes('1.2.3')))
    await until(() => before.history().length === 1)
    await before.stop(0)
    expect([...kept.values()].filter((text) => text !== '')).toHaveLength(1)

    await start('ARCHIVE', { ...options, reportDelays: [0] })
    expect(await waiting).toEqual(answer)
    await until(() => [...kept.values()].every((text) => text === ''))
    expect(kept.size).toBe(2)
    await start('ARCHIVE', { ...options, reportDelays: [0] })
    expect(asker.history()).toHaveLength(1)
  })

  test('two requests on one association are both reported on it, one after the other', async () => {
    const of = await archive(row(null))
    const reports: string[] = []
    let answerFirst = () => {}
    const isAsked = new Promise<void>((resolve) => {
      answerFirst = resolve
    })
    const association = await ScuAssociation.open({
      host: '127.0.0.1',
      port: portOf(of),
      calledAETitle: 'ARCHIVE',
      callingAETitle: 'ASKER',
      contexts: [{ abstractSyntax: MODEL, transferSyntax: ImplicitVRLittleEndian }],
      performs: {
        services: [
          {
            sopClasses: new Map([[MODEL, { 'N-EVENT-REPORT': null }]]),
            perform: async ({ dataSet, TransferSyntaxUID }) => {
              await isAsked
              reports.push(decodeIdentifier(dataSet, TransferSyntaxUID)?.text('TransactionUID') ?? '')
              return { status: 0 }
            },
          },
        ],
      },
    })
    const request = async (TransactionUID: string) => {
      const { status } = await association.operate({
        name: 'N-ACTION',
        SOPClassUID: MODEL,
        SOPInstanceUID: STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID,
        typeID: 1,
        content: requestContent(TransactionUID, asked),
      })
      return status
    }
    expect([await request('1.2.100'), await request('1.2.101'), await request('1.2.102')]).toEqual([0, 0, 0])
    answerFirst()
    await until(() => reports.length === 3)
    expect(reports.toSorted()).toEqual(['1.2.100', '1.2.101', '1.2.102'])
    await association.release()
  })

  test('a report that is lost is told of without our key', async () => {
    const lines: string[] = []
    const of = await start('ARCHIVE', {
      holdings,
      reportDelays: [0],
      tls: { key: 'OUR-KEY', certificate: 'OUR-CERTIFICATE', authorities: 'OUR-AUTHORITIES' },
      log: pino({}, { write: (line: string) => lines.push(line) }),
      // It asks plainly and is reported to over TLS, where our credentials turn out to be of no use.
      peers: () => ({ peers: [row(null), row(1, { tls: true })], unknownPeers: 'store' }),
    })
    const asker = await start('ASKER')
    expect(await ask(asker, of, { reportWait: 0, signal: AbortSignal.timeout(500) })).toEqual({ kind: 'not-reported' })
    await until(() => lines.some((line) => line.includes('could not be delivered')))
    expect(lines.filter((line) => line.includes('OUR-'))).toEqual([])
    expect(lines.find((line) => line.includes('could not be delivered'))).toContain('"aeTitle":"ASKER"')
  })
})
