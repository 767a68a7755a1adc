/** Our C-FIND SCU before peers that answer too much, too little, too slowly, or not at all. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { SOPClassUIDs } from '../../../main/dicom/index.ts'
import { encodeIdentifier, type OperationControl, type OperationRequest } from '../../../main/dimse/index.ts'
import { type QueryPatience, queryByFind } from '../../../main/receiver/query-by-find.ts'
import { type RecordingServer, startRecordingServer } from '../../helpers/dimse-server.ts'

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

const FIND = SOPClassUIDs.StudyRootQueryRetrieveInformationModelFind
const patient: QueryPatience = { connect: 10_000, silence: 30_000, answer: 30_000, cancel: 30_000 }

let running: RecordingServer | null = null
let leave = () => {}
afterEach(async () => {
  leave()
  await running?.server.close(0)
})

type Perform = (
  request: OperationRequest,
  control: OperationControl,
  forever: Promise<void>,
) => Promise<{ status: number }>

/** A peer that answers queries by `perform`, and waits, where it does, until the test is over. */
async function start(perform: Perform) {
  const forever = new Promise<void>((resolve) => {
    leave = resolve
  })
  running = await startRecordingServer({
    services: [
      {
        sopClasses: new Map([[FIND, { 'C-FIND': null }]]),
        perform: (request, control) => perform(request, control, forever),
      },
    ],
  })
  return { aeTitle: 'ASTREINTE', host: '127.0.0.1', port: running.server.port }
}

const match = ({ TransferSyntaxUID }: OperationRequest, number: number) => ({
  status: 0xff00,
  dataSet: encodeIdentifier({ StudyInstanceUID: `1.2.${number}`, PatientName: 'LÉVÊQUE^Zoë' }, TransferSyntaxUID),
})

async function ask(
  peer: Awaited<ReturnType<typeof start>>,
  { most = 10, signal = new AbortController().signal, patience = patient } = {},
) {
  const matches: (string | null)[] = []
  const content = { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: null }
  const onMatch = (found: { text(keyword: 'StudyInstanceUID'): string } | null) =>
    matches.push(found ? found.text('StudyInstanceUID') : null)
  const found = await queryByFind(
    ...([peer, 'READER'] as const),
    (question) => question({ content, most, onMatch }),
    ...([signal, patience] as const),
  )
  return { ...found, matches }
}

describe('a C-FIND', () => {
  test('gives every match, and null for one that cannot be read', async () => {
    const peer = await start(async (request, control) => {
      await control.respond(match(request, 1))
      await control.respond({ status: 0xff00, dataSet: Buffer.from('no data set at all, of any kind') })
      await control.respond({ ...match(request, 2), status: 0xff01 })
      return { status: 0 }
    })
    expect(await ask(peer)).toEqual({ status: 0, isCut: false, matches: ['1.2.1', null, '1.2.2'] })
  })

  test('cancels a peer that has more than is taken, and says that there was more', async () => {
    const peer = await start(async (request, control) => {
      for (let number = 1; !control.signal.aborted; number += 1) await control.respond(match(request, number))
      return { status: 0xfe00 }
    })
    expect(await ask(peer, { most: 3 })).toEqual({ status: 0xfe00, isCut: true, matches: ['1.2.1', '1.2.2', '1.2.3'] })
  })

  test('hangs up on a peer that answers without end, whatever it is told', async () => {
    const peer = await start(async (request, control, forever) => {
      let isOver = false
      void forever.then(() => {
        isOver = true
      })
      for (let number = 1; !isOver; number += 1) await control.respond(match(request, number))
      return { status: 0 }
    })
    const patience = { ...patient, cancel: 200 }
    expect(await ask(peer, { most: 2, patience })).toMatchObject({ isCut: true, matches: ['1.2.1', '1.2.2'] })
  })

  test('takes no longer than it may from a peer that drips', async () => {
    const peer = await start(async (request, control, forever) => {
      let isOver = false
      void forever.then(() => {
        isOver = true
      })
      for (let number = 1; !isOver && !control.signal.aborted; number += 1) {
        await control.respond(match(request, number)).catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return { status: 0 }
    })
    const patience = { ...patient, answer: 300 }
    await expect(ask(peer, { most: 1_000_000, patience })).rejects.toMatchObject({ code: 'timed-out' })
  })

  test('gives up a peer that says nothing', async () => {
    const peer = await start(async (_, __, forever) => {
      await forever
      return { status: 0 }
    })
    const patience = { ...patient, silence: 200 }
    await expect(ask(peer, { patience })).rejects.toMatchObject({ code: 'timed-out' })
  })

  test('is cancelled when whoever asked has left', async () => {
    const leaving = new AbortController()
    const seen: string[] = []
    const peer = await start(async (request, control) => {
      await control.respond(match(request, 1))
      leaving.abort()
      await new Promise<void>((resolve) => control.signal.addEventListener('abort', () => resolve()))
      seen.push('cancelled')
      return { status: 0xfe00 }
    })
    expect(await ask(peer, { signal: leaving.signal })).toMatchObject({ status: 0xfe00, isCut: false })
    expect(seen).toEqual(['cancelled'])
  })

  test('of a peer that offers none is told as that', async () => {
    running = await startRecordingServer()
    const peer = { aeTitle: 'ASTREINTE', host: '127.0.0.1', port: running.server.port }
    await expect(ask(peer)).rejects.toMatchObject({ code: 'context-not-accepted' })
  })
})
