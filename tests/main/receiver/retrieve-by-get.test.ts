import { afterEach, describe, expect, test } from 'vitest'
import { expectedClasses } from '../../../main/archive/dimse/expected-classes.ts'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { modalityOfSOPClass } from '../../../main/dicom/modality-of-sop-class.ts'
import type { OperationControl, OperationService } from '../../../main/dimse/index.ts'
import { retrieveByGet } from '../../../main/receiver/index.ts'
import { type RecordingServer, startRecordingServer } from '../../helpers/dimse-server.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'

const GET = SOPClassUIDs.StudyRootQueryRetrieveInformationModelGet
const CT = SOPClassUIDs.CTImageStorage

let running: RecordingServer | null = null
let leave = () => {}
afterEach(async () => {
  leave()
  await running?.server.close(0)
})

/** A peer that performs a C-GET by `perform`, and waits, where it does, until the test is over. */
async function start(perform: (control: OperationControl, forever: Promise<void>) => Promise<void>) {
  const forever = new Promise<void>((resolve) => {
    leave = resolve
  })
  const service: OperationService = {
    sopClasses: new Map([[GET, { 'C-GET': null }]]),
    async perform(_, control) {
      await perform(control, forever)
      return { status: 0, suboperations: { completed: 1, failed: 0, warning: 0 } }
    },
  }
  running = await startRecordingServer({ services: [service] })
  return running.server.port
}

const object = (dataSet: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => ({
  ...{ SOPClassUID: CT, SOPInstanceUID: '1.2.3', TransferSyntaxUID: TransferSyntaxUIDs.ImplicitVRLittleEndian },
  dataSet,
})

const retrieve = (
  port: number,
  patience: { silence: number; object: number },
  maxObjects = 10,
  storedSOPClassUIDs: readonly string[] = [CT],
) =>
  retrieveByGet(createMemoryCache(), {
    peer: { aeTitle: 'ASTREINTE', host: '127.0.0.1', port },
    callingAETitle: 'READER',
    StudyInstanceUID: '1.2',
    storedSOPClassUIDs,
    ...{ patience, maxObjects },
  })

describe('a C-GET', () => {
  test('bears an archive that says nothing for longer than an object may, as one that reads from tape', async () => {
    const port = await start(async (control) => {
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      await control.store(object([Buffer.alloc(2000)]))
    })
    expect(await retrieve(port, { silence: 60_000, object: 1_000 })).toMatchObject({ kind: 'completed', stored: 1 })
  })

  test('gives up an object that stops coming, long before an archive that says nothing', async () => {
    const port = await start(async (control, forever) => {
      async function* half() {
        yield Buffer.alloc(2000)
        yield Buffer.alloc(2000)
        await forever
      }
      await control.store(object(half())).catch(() => {})
    })
    const report = await retrieve(port, { silence: 600_000, object: 200 })
    expect(report).toMatchObject({ kind: 'interrupted', stored: 0, refused: 1, error: { code: 'timed-out' } })
  })

  test('gives up an archive that says nothing at all', async () => {
    const port = await start((_, forever) => forever)
    const report = await retrieve(port, { silence: 200, object: 600_000 })
    expect(report).toMatchObject({ kind: 'interrupted', stored: 0, error: { code: 'timed-out' } })
  })

  test('gives up an archive that tells again and again where it stands, and sends nothing', async () => {
    const suboperations = { remaining: 3, completed: 0, failed: 0, warning: 0 }
    const port = await start(async (control, forever) => {
      let isOver = false
      void forever.then(() => {
        isOver = true
      })
      while (!isOver) {
        await control.respond({ status: 0xff00, suboperations })
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })
    const report = await retrieve(port, { silence: 1_500, object: 600_000 })
    expect(report).toMatchObject({ kind: 'interrupted', remaining: 3, error: { code: 'timed-out' } })
  })

  test.each(['CT', 'US', 'MG', 'XA'])(
    'takes %s images in the usual compressions also from an archive that does not say which classes it has',
    async (Modality) => {
      const [classes = []] = expectedClasses({ SeriesInstanceUID: '1.2', Modality, instances: [], announced: null }, [])
      expect(classes.filter((UID) => modalityOfSOPClass(UID)?.CodeValue === Modality)).not.toEqual([])
      const missing: string[] = []
      const port = await start(async (control) => {
        const { ExplicitVRLittleEndian, ImplicitVRLittleEndian, ...others } = TransferSyntaxUIDs
        const compressed = [
          ...[others.JPEGLosslessSV1, others.JPEG2000Lossless, others.JPEGLSLossless, others.RLELossless],
          ...[others.JPEGBaseline8Bit, others.JPEG2000],
        ]
        const encodings = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ...compressed]
        missing.push(...classes.filter((UID) => !encodings.every((each) => control.accepts(UID, each))))
      })
      await retrieve(port, { silence: 60_000, object: 60_000 }, 10, classes)
      expect(missing).toEqual([])
    },
  )

  test('cuts an archive that sends more than was asked for', async () => {
    const port = await start(async (control) => {
      for (let sent = 0; sent < 5; sent += 1) await control.store(object([Buffer.alloc(2000)])).catch(() => {})
    })
    const report = await retrieve(port, { silence: 600_000, object: 600_000 }, 3)
    expect(report).toMatchObject({ kind: 'interrupted', stored: 3, error: { code: 'protocol-error' } })
  })
})
