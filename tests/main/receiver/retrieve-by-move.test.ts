/** Our C-MOVE SCU: what comes to the listener for it goes where it wants it, anything else where it belongs. */
import { pino } from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { type OperationControl, type OperationRequest, sendObjects } from '../../../main/dimse/index.ts'
import { createReceiver, type Receiver } from '../../../main/receiver/index.ts'
import { type RecordingServer, startRecordingServer } from '../../helpers/dimse-server.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

const MOVE = SOPClassUIDs.StudyRootQueryRetrieveInformationModelMove

let peer: RecordingServer | null = null
let receiver: Receiver | null = null
let leave = () => {}
afterEach(async () => {
  leave()
  await receiver?.stop(0)
  await peer?.server.close(0)
})

type Send = (SOPInstanceUID: string, originator?: { aeTitle: string; MessageID: number }) => Promise<unknown>
type Perform = (
  request: OperationRequest,
  send: Send,
  control: OperationControl,
  forever: Promise<void>,
) => Promise<{ status: number; suboperations?: { completed: number; failed: number; warning: number } }>

/** A station before a cache in memory, and a peer PACS that performs C-MOVE by `perform`, sending as `from`. */
async function start(perform: Perform, from = 'PACS') {
  const forever = new Promise<void>((resolve) => {
    leave = resolve
  })
  const cache = createMemoryCache()
  const send: Send = async (SOPInstanceUID, originator) =>
    sendObjects({
      ...{ host: '127.0.0.1', port: receiver?.address?.port ?? 0, calledAETitle: 'ASTREINTE', callingAETitle: from },
      objects: [
        {
          ...{ SOPClassUID: SOPClassUIDs.CTImageStorage, SOPInstanceUID },
          ...{ TransferSyntaxUID: TransferSyntaxUIDs.ImplicitVRLittleEndian, dataSet: () => [Buffer.alloc(2000)] },
        },
      ],
      ...(originator ? { originator } : {}),
    })
  peer = await startRecordingServer({
    aeTitle: 'PACS',
    services: [
      {
        sopClasses: new Map([[MOVE, { 'C-MOVE': null }]]),
        perform: (request, control) => perform(request, send, control, forever),
      },
    ],
  })
  const may = { store: true, query: false, retrieve: false, commit: false }
  const row = { aeTitle: 'PACS', address: '127.0.0.1', port: peer.server.port, tls: false, may, maxAssociations: null }
  receiver = createReceiver({
    cache,
    log: pino({ level: 'silent' }),
    peers: () => ({ peers: [row], unknownPeers: 'store' }),
  })
  expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBeNull()
  return { cache, peers: receiver.peers }
}

const wanted = {
  ...{ StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.1', SOPInstanceUIDs: ['1.2.1.1'], maxObjects: 3 },
}

describe('a C-MOVE to ourselves', () => {
  test('keeps what names it apart from what comes by itself', async () => {
    const { cache, peers } = await start(async ({ MessageID, MoveDestination }, send) => {
      await send('1.2.1.1', { aeTitle: MoveDestination, MessageID })
      await send('1.2.1.2', { aeTitle: MoveDestination, MessageID: MessageID + 1 })
      await send('1.2.1.3', { aeTitle: 'ANOTHER', MessageID })
      await send('1.2.1.4')
      return { status: 0, suboperations: { completed: 4, failed: 0, warning: 0 } }
    })
    const moved = createMemoryCache()
    const { signal } = new AbortController()
    const report = await peers.move('PACS', { ...wanted, cache: moved, signal })
    expect(report).toMatchObject({ kind: 'completed', status: 0, failed: 0, error: null })
    const told = (kept: typeof moved) =>
      kept.objects.map(({ request: { SOPInstanceUID, origin, peer } }) => [SOPInstanceUID, origin, peer.AETitle])
    expect(told(moved)).toEqual([['1.2.1.1', 'retrieved', 'PACS']])
    expect(told(cache)).toEqual(['1.2.1.2', '1.2.1.3', '1.2.1.4'].map((uid) => [uid, 'received', 'PACS']))
  })

  test('takes nothing that another AE sends in its name', async () => {
    const { cache, peers } = await start(async ({ MessageID, MoveDestination }, send) => {
      await send('1.2.1.1', { aeTitle: MoveDestination, MessageID })
      return { status: 0, suboperations: { completed: 1, failed: 0, warning: 0 } }
    }, 'STRANGER')
    const moved = createMemoryCache()
    await peers.move('PACS', { ...wanted, cache: moved, signal: new AbortController().signal })
    expect([moved.objects.length, cache.objects.length]).toEqual([0, 1])
  })

  test('says what did not come, and why not', async () => {
    const failing = { status: 0xb000, suboperations: { completed: 1, failed: 2, warning: 1 } }
    const { peers } = await start(async () => failing)
    const request = { ...wanted, cache: createMemoryCache(), signal: new AbortController().signal }
    expect(await peers.move('PACS', request)).toMatchObject({ kind: 'incomplete', failed: 2, warning: 1 })
    expect(await peers.move('NOBODY', request)).toBeNull()
  })

  test('cuts a peer that talks and sends nothing, and one that sends more than was asked for', async () => {
    const talking = await start(async (_, __, control, forever) => {
      let isOver = false
      void forever.then(() => {
        isOver = true
      })
      const suboperations = { remaining: 1, completed: 0, failed: 0, warning: 0 }
      while (!isOver) {
        await control.respond({ status: 0xff00, suboperations }).catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return { status: 0 }
    })
    const request = { ...wanted, cache: createMemoryCache(), signal: new AbortController().signal }
    const patience = { silence: 300, object: 10_000 }
    expect(await talking.peers.move('PACS', { ...request, patience })).toMatchObject({
      ...{ kind: 'interrupted', error: { code: 'timed-out' } },
    })
    leave()
    await receiver?.stop(0)
    await peer?.server.close(0)
    const flooding = await start(async ({ MessageID, MoveDestination }, send, _, forever) => {
      for (let number = 1; number <= 5; number += 1) {
        await send(`1.2.1.${number}`, { aeTitle: MoveDestination, MessageID })
      }
      await forever
      return { status: 0 }
    })
    expect(await flooding.peers.move('PACS', request)).toMatchObject({
      ...{ kind: 'interrupted', error: { code: 'protocol-error' } },
    })
  })
})
