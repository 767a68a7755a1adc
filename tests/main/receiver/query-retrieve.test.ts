import { createServer } from 'node:net'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { type AttributeQuery, type AttributeRow, CacheError, type StoredObject } from '../../../main/cache/cache.ts'
import type { DicomPeer } from '../../../main/contract/settings.ts'
import type { DataSetContent } from '../../../main/dataset/index.ts'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { type OperationResponse, ScuAssociation } from '../../../main/dimse/index.ts'
import { createReceiver, type Receiver, type ReceiverOptions } from '../../../main/receiver/index.ts'
import { startRecordingServer } from '../../helpers/dimse-server.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'

const { ImplicitVRLittleEndian } = TransferSyntaxUIDs
const FIND = SOPClassUIDs.StudyRootQueryRetrieveInformationModelFind
const GET = SOPClassUIDs.StudyRootQueryRetrieveInformationModelGet
const CT = SOPClassUIDs.CTImageStorage
const MOVE = SOPClassUIDs.StudyRootQueryRetrieveInformationModelMove
const all = { store: true, query: true, retrieve: true, commit: true }
const viewer: DicomPeer = {
  aeTitle: 'VIEWER',
  address: '127.0.0.1',
  port: null,
  tls: false,
  may: all,
  maxAssociations: null,
}

type Holdings = NonNullable<ReceiverOptions['holdings']>

let receiver: Receiver | null = null
let open: ScuAssociation[] = []
/** What was sent to us on our own associations. */
let stored: string[] = []
/** What the receiver told of what it sent. */
let sent: unknown[] = []
afterEach(async () => {
  for (const each of open) await each.release()
  open = []
  stored = []
  sent = []
  await receiver?.stop(0)
})

/** An index of `count` studies that remembers what it was asked. */
function studies(count: number): Holdings & { asked: AttributeQuery[] } {
  const asked: AttributeQuery[] = []
  const row = (index: number): AttributeRow => ({
    StudyInstanceUID: `1.2.${index}`,
    PatientID: `P${index}`,
    PatientName: 'LÉA^Anne',
    StudyDescription: 'TDM\\crâne',
    NumberOfStudyRelatedInstances: 7,
  })
  return {
    asked,
    searchAttributes: async (query) => {
      asked.push(query)
      const length = Math.max(0, Math.min(query.limit, count - query.offset))
      return Array.from({ length }, (_, index) => row(query.offset + index))
    },
    open: () => Promise.reject(new Error('none')),
    findInstance: async () => null,
    listVersions: async () => [],
    listInstanceKeys: async () => [],
    listInstances: async () => [],
  }
}

async function associate(holdings: Holdings): Promise<ScuAssociation> {
  receiver = createReceiver({
    cache: createMemoryCache(),
    log: pino({ level: 'silent' }),
    holdings,
    peers: () => ({ peers: [viewer], unknownPeers: 'store' }),
  })
  receiver.onChange((change) => {
    if (change.kind === 'objectsSent') sent.push(change.sent)
  })
  expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBe(null)
  const association = await ScuAssociation.open({
    host: '127.0.0.1',
    port: receiver.address?.port ?? 0,
    calledAETitle: 'ASTREINTE',
    callingAETitle: 'VIEWER',
    contexts: [FIND, MOVE, GET, CT].map((abstractSyntax) => ({
      abstractSyntax,
      transferSyntax: ImplicitVRLittleEndian,
    })),
    roles: [{ SOPClassUID: CT, scuRole: false, scpRole: true }],
    performs: {
      store: ({ AffectedSOPInstanceUID }) => ({
        write: () => undefined,
        end: async () => {
          stored.push(AffectedSOPInstanceUID)
          return { status: 0 }
        },
        abort: () => {},
      }),
    },
  })
  open.push(association)
  return association
}

const query = (content: DataSetContent) => ({ name: 'C-FIND' as const, SOPClassUID: FIND, content })

describe('a query', () => {
  test('is answered in implicit VR and UTF-8, with what was asked for', async () => {
    const index = studies(1)
    const association = await associate(index)
    const matches: OperationResponse[] = []
    const last = await association.operate(
      query({
        QueryRetrieveLevel: 'STUDY',
        PatientName: 'LÉA*',
        StudyDescription: null,
        StudyDate: '20260101-',
        NumberOfStudyRelatedInstances: null,
      }),
      (match) => matches.push(match),
    )
    expect(last).toMatchObject({ status: 0, dataSet: null })
    expect(index.asked).toEqual([
      { level: 'study', match: { PatientName: 'LÉA*', StudyDate: '20260101-' }, limit: 250, offset: 0 },
    ])
    expect(matches.map(({ status }) => status)).toEqual([0xff00])
    const [match] = matches
    expect(match?.dataSet?.texts('StudyDescription')).toEqual(['TDM', 'crâne'])
    expect(match?.dataSet?.text('SpecificCharacterSet')).toBe('ISO_IR 192')
    expect(match?.dataSet?.text('PatientName')).toBe('LÉA^Anne')
    expect(match?.dataSet?.text('StudyInstanceUID')).toBe('1.2.0')
    expect(match?.dataSet?.number('NumberOfStudyRelatedInstances')).toBe(7)
    expect(match?.dataSet?.has('AccessionNumber')).toBe(false)
  })

  test('with keys that are not supported says so in every match', async () => {
    const association = await associate(studies(2))
    const statuses: number[] = []
    await association.operate(query({ QueryRetrieveLevel: 'STUDY', PatientComments: 'x' }), ({ status }) =>
      statuses.push(status),
    )
    expect(statuses).toEqual([0xff01, 0xff01])
  })

  test('with a value to match by a key that is only returned says so in every match', async () => {
    const association = await associate(studies(1))
    const statuses: number[] = []
    const ask = (content: DataSetContent) =>
      association.operate(query({ QueryRetrieveLevel: 'STUDY', ...content }), ({ status }) => statuses.push(status))
    await ask({ PatientAge: '030Y' })
    await ask({ NumberOfStudyRelatedInstances: '7' })
    await ask({ PatientAge: null, NumberOfStudyRelatedInstances: null, TimezoneOffsetFromUTC: '+0100' })
    expect(statuses).toEqual([0xff01, 0xff01, 0xff00])
  })

  test('may leave many single characters open', async () => {
    const association = await associate(studies(1))
    const content = { QueryRetrieveLevel: 'STUDY', PatientID: '????????????', PatientName: 'L?A^*' }
    expect((await association.operate(query(content))).status).toBe(0)
  })

  test('in Latin-1 is answered in Latin-1 where that holds the match, otherwise in UTF-8', async () => {
    const index = studies(1)
    const association = await associate(index)
    const { searchAttributes } = index
    const told: unknown[] = []
    const onMatch = ({ dataSet }: OperationResponse) =>
      told.push([dataSet?.text('SpecificCharacterSet'), dataSet?.text('PatientName')])
    const content = { SpecificCharacterSet: 'ISO_IR 100', QueryRetrieveLevel: 'STUDY', PatientName: 'LÉA*' }
    await association.operate(query(content), onMatch)
    index.searchAttributes = async (asked) =>
      (await searchAttributes(asked)).map((row) => ({ ...row, PatientName: 'LÉA^Łucja' }))
    await association.operate(query(content), onMatch)
    expect(told).toEqual([
      ['ISO_IR 100', 'LÉA^Anne'],
      ['ISO_IR 192', 'LÉA^Łucja'],
    ])
  })

  test('that is cancelled ends in Cancel, and the association goes on', async () => {
    const association = await associate(studies(9000))
    const cancel = new AbortController()
    let count = 0
    const onPending = () => {
      count += 1
      if (count === 3) cancel.abort()
    }
    const last = await association.operate(query({ QueryRetrieveLevel: 'STUDY' }), onPending, cancel.signal)
    expect(last.status).toBe(0xfe00)
    expect(count).toBeLessThan(9000)
    expect((await association.operate(query({ QueryRetrieveLevel: 'STUDY', PatientID: 'P1' }))).status).toBe(0)
  })

  test('with more matches than are given does not end in Success', async () => {
    const association = await associate(studies(10_001))
    let count = 0
    const last = await association.operate(query({ QueryRetrieveLevel: 'STUDY' }), () => {
      count += 1
    })
    expect(last.status).toBe(0xa700)
    expect(count).toBe(10_000)
  })

  test('that takes the index too long says that it is to be narrowed, also behind the first matches', async () => {
    const index = studies(1_000)
    const association = await associate({
      ...index,
      searchAttributes: async (asked) => {
        if (asked.offset >= 500) throw new CacheError('search-too-broad', 'The search takes too long.')
        return index.searchAttributes(asked)
      },
    })
    let count = 0
    const last = await association.operate(query({ QueryRetrieveLevel: 'STUDY' }), () => {
      count += 1
    })
    expect([last.status, count]).toEqual([0xa700, 500])
  })

  test.each<[string, DataSetContent]>([
    ['no level', { PatientID: 'A' }],
    ['a level of another model', { QueryRetrieveLevel: 'PATIENT', PatientID: 'A' }],
    ['a value with many wildcards', { QueryRetrieveLevel: 'STUDY', PatientName: '*a*a*a*a*a*a*a*a*a*' }],
    [
      'a long list',
      { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: Array.from({ length: 1001 }, (_, i) => `1.${i}`) },
    ],
  ])('with %s does not reach the index', async (_, content) => {
    const index = studies(3)
    const association = await associate(index)
    expect((await association.operate(query(content))).status).toBe(0xa900)
    expect(index.asked).toEqual([])
  })
})

test('a retrieval of objects that are gone counts and names each as failed', async () => {
  const place = (instanceKey: number) => ({
    ...{ instanceKey, SeriesInstanceUID: '1.2.0.1', SOPInstanceUID: `1.2.3.${instanceKey}` },
    ...{ isDamaged: false, isArchived: false },
  })
  const association = await associate({
    ...studies(1),
    listInstanceKeys: async () => [1, 2, 3],
    listInstances: async () => [3, 2, 1].map(place),
  })
  const move = (MoveDestination: string) =>
    association.operate({
      name: 'C-MOVE',
      SOPClassUID: MOVE,
      MoveDestination,
      content: { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '1.2.0' },
    })
  expect((await move('VIEWER')).status).toBe(0xa801)
  viewer.port = 104
  const moved = await move('VIEWER')
  expect(moved).toMatchObject({
    status: 0xa702,
    ErrorComment: '3 not readable',
    suboperations: { completed: 0, failed: 3 },
  })
  expect(moved.dataSet?.texts('FailedSOPInstanceUIDList')).toEqual(['1.2.3.1', '1.2.3.2', '1.2.3.3'])
  viewer.port = null
})

/** Objects of which the second is damaged behind its first mebibyte. */
const damagedInside: Partial<Holdings> = {
  listInstanceKeys: async () => [1, 2, 3],
  open: async (instanceKey) =>
    ({
      ...{ SOPInstanceUID: `1.2.3.${instanceKey}`, SOPClassUID: CT, TransferSyntaxUID: ImplicitVRLittleEndian },
      StudyInstanceUID: '1.2.0',
      length: 3_000_000,
      read: async (start: number, end: number) => {
        if (instanceKey === 2 && start > 0) throw new Error('object-damaged')
        return new Uint8Array(end - start)
      },
    }) as Partial<StoredObject> as StoredObject,
}
const sentPartly = {
  ...{ StudyInstanceUID: '1.2.0', objects: 2, failed: 1 },
  ...{ to: 'VIEWER', address: '127.0.0.1', requestor: 'VIEWER' },
}
const oneDamaged = { status: 0xb000, ErrorComment: '1 not readable', suboperations: { completed: 2, failed: 1 } }

test('a C-MOVE with an object that is damaged inside sends the others, and names it', async () => {
  const destination = await startRecordingServer({ aeTitle: 'VIEWER' })
  viewer.port = destination.server.port
  const association = await associate({ ...studies(1), ...damagedInside })
  const last = await association.operate({
    ...{ name: 'C-MOVE', SOPClassUID: MOVE, MoveDestination: 'VIEWER' },
    content: { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '1.2.0' },
  })
  viewer.port = null
  await destination.server.close(1000)
  expect(last).toMatchObject(oneDamaged)
  expect(last.dataSet?.texts('FailedSOPInstanceUIDList')).toEqual(['1.2.3.2'])
  expect(destination.objects.map(({ request }) => request.AffectedSOPInstanceUID)).toEqual(['1.2.3.1', '1.2.3.3'])
  expect(destination.ends.map(({ outcome }) => outcome)).toEqual(['completed'])
  expect(sent).toEqual([{ ...sentPartly, how: 'C-MOVE' }])
})

test('a C-GET with an object that is damaged inside goes on behind it, and names it', async () => {
  const association = await associate({ ...studies(1), ...damagedInside })
  const last = await association.operate({
    ...{ name: 'C-GET', SOPClassUID: GET },
    content: { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '1.2.0' },
  })
  expect(last).toMatchObject(oneDamaged)
  expect(last.dataSet?.texts('FailedSOPInstanceUIDList')).toEqual(['1.2.3.2'])
  expect(stored).toEqual(['1.2.3.1', '1.2.3.3'])
  expect(sent).toEqual([{ ...sentPartly, how: 'C-GET' }])
})

test('a destination that does not answer is tried once, however much was to go there', async () => {
  let calls = 0
  const deaf = createServer((socket) => {
    calls += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
  const address = deaf.address()
  viewer.port = typeof address === 'object' && address ? address.port : null
  const object = (SOPInstanceUID: string): StoredObject =>
    ({
      ...{ SOPInstanceUID, SOPClassUID: SOPClassUIDs.CTImageStorage, TransferSyntaxUID: ImplicitVRLittleEndian },
      ...{ length: 2, read: async () => new Uint8Array(2) },
    }) as Partial<StoredObject> as StoredObject
  const association = await associate({
    ...studies(1),
    listInstanceKeys: async () => Array.from({ length: 2500 }, (_, index) => index),
    open: async (instanceKey) => object(`1.2.3.${instanceKey}`),
  })
  const last = await association.operate({
    name: 'C-MOVE',
    SOPClassUID: MOVE,
    MoveDestination: 'VIEWER',
    content: { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '1.2.0' },
  })
  expect(last).toMatchObject({ status: 0xa702, suboperations: { completed: 0, failed: 2500 } })
  expect(last.dataSet?.texts('FailedSOPInstanceUIDList').length).toBe(1000)
  expect(calls).toBe(1)
  viewer.port = null
  deaf.close()
})

describe('a C-MOVE of three objects', () => {
  const object = (SOPInstanceUID: string): StoredObject =>
    ({
      ...{ SOPInstanceUID, SOPClassUID: CT, TransferSyntaxUID: ImplicitVRLittleEndian, StudyInstanceUID: '1.2.0' },
      ...{ length: 2, read: async () => new Uint8Array(2) },
    }) as Partial<StoredObject> as StoredObject
  const three = {
    listInstanceKeys: async () => [1, 2, 3],
    open: async (instanceKey: number) => object(`1.2.3.${instanceKey}`),
  }

  /** Moves to a destination that answers by `answer`, the number of the object told; cancelled by `cancel`. */
  async function move(answer: (number: number) => Promise<{ status: number }>, cancel?: AbortSignal) {
    const destination = await startRecordingServer({ aeTitle: 'VIEWER' }, ({ request }) => ({
      end: () => answer(Number(request.AffectedSOPInstanceUID.slice(-1))),
    }))
    viewer.port = destination.server.port
    const association = await associate({ ...studies(1), ...three })
    const content = { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '1.2.0' }
    const operation = { name: 'C-MOVE', SOPClassUID: MOVE, MoveDestination: 'VIEWER', content } as const
    const last = await association
      .operate(operation, () => {}, cancel)
      .finally(() => {
        viewer.port = null
      })
    return { last, association, destination }
  }

  test('counts warnings and refusals of its destination apart, and names what was refused', async () => {
    const statuses = [0, 0xb007, 0xa700]
    const { last, destination } = await move(async (number) => ({ status: statuses[number - 1] ?? 0 }))
    await destination.server.close(1000)
    expect(last).toMatchObject({
      ...{ status: 0xb000, ErrorComment: '1 refused' },
      suboperations: { completed: 1, warning: 1, failed: 1, remaining: 0 },
    })
    expect(last.dataSet?.texts('FailedSOPInstanceUIDList')).toEqual(['1.2.3.3'])
  })

  test('that all came with a warning is no plain success', async () => {
    const { last, destination } = await move(async () => ({ status: 0xb000 }))
    await destination.server.close(1000)
    expect(last).toMatchObject({ status: 0xb000, dataSet: null, suboperations: { warning: 3, failed: 0 } })
  })

  test('that is cancelled does not wait for an object that takes long, and tells what is left', async () => {
    const cancel = new AbortController()
    let isCancelled = () => {}
    const cancelled = new Promise<void>((resolve) => {
      isCancelled = resolve
    })
    const { last, association, destination } = await move(async (number) => {
      if (number === 2) {
        cancel.abort()
        await cancelled
      }
      return { status: 0 }
    }, cancel.signal).finally(isCancelled)
    expect(last.status).toBe(0xfe00)
    expect(last.suboperations).toEqual({ completed: 1, remaining: 2, failed: 0, warning: 0 })
    // The association goes on.
    expect((await association.operate(query({ QueryRetrieveLevel: 'STUDY', PatientID: 'P1' }))).status).toBe(0)
    await destination.server.close(0)
  })
})
