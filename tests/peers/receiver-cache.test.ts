/** From a real sender through the receiver into the real cache, and back out: every byte, every count, every status. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenedCache, openCache } from '../../main/cache/index.ts'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../main/dicom/index.ts'
import { ScuAssociation } from '../../main/dimse/index.ts'
import { createReceiver, type Receiver } from '../../main/receiver/index.ts'
import { dcmtk } from '../helpers/dcmtk.ts'
import { until } from '../helpers/dimse-server.ts'
import { hasSendableCorpus, type Sendable, sendableCorpus } from '../helpers/sendable-corpus.ts'

const { DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian } =
  TransferSyntaxUIDs
const CT = SOPClassUIDs.CTImageStorage

/** An explicit VR little endian element with a UID or short text. */
const text = (tag: string, vr: string, value: string): Buffer => {
  const content = Buffer.from(value.length % 2 ? `${value}\0` : value, 'latin1')
  const header = Buffer.from([0, 0, 0, 0, vr.charCodeAt(0), vr.charCodeAt(1), content.length, 0])
  header.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0)
  header.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2)
  return Buffer.concat([header, content])
}
const image = (SOPInstanceUID: string, comment = ''): Buffer =>
  Buffer.concat([
    text('00080016', 'UI', CT),
    text('00080018', 'UI', SOPInstanceUID),
    text('0020000d', 'UI', '1.2.3.1'),
    text('0020000e', 'UI', '1.2.3.2'),
    text('00204000', 'LT', comment),
  ])

describe.runIf(hasSendableCorpus())('the receiver before the real cache', () => {
  let folder = ''
  let sent: Sendable[] = []
  let cache: OpenedCache
  let receiver: Receiver

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-receiver-'))
    // What dcmsend turns into another transfer syntax, or pads, would not be what is on disk.
    const changed: string[] = [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
    sent = sendableCorpus().filter(({ syntax }) => !changed.includes(syntax))
    const log = pino({ level: 'silent' })
    cache = await openCache({ dataFolder: join(folder, 'data'), stationKey: Buffer.alloc(32, 3), log })
    receiver = createReceiver({ cache, log })
    expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBe(null)
  })
  afterAll(async () => {
    await receiver.stop(0)
    await cache.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const sendAll = () =>
    dcmtk('dcmsend', [
      ...['--decompress-never', '-aec', 'ASTREINTE', '127.0.0.1', String(receiver.address?.port)],
      ...sent.map(({ path }) => path),
    ])

  async function storeDirectly(SOPInstanceUID: string, dataSet: Buffer) {
    const association = await ScuAssociation.open({
      host: '127.0.0.1',
      port: receiver.address?.port ?? 0,
      calledAETitle: 'ASTREINTE',
      callingAETitle: 'CT1',
      contexts: [{ abstractSyntax: CT, transferSyntax: ExplicitVRLittleEndian }],
    })
    const input = { SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ExplicitVRLittleEndian, dataSet: [dataSet] }
    const { status } = await association.store(input)
    const before = receiver.history().length
    await association.release()
    await until(() => receiver.history().length > before)
    return { status, event: receiver.history()[0] }
  }

  test('what was sent comes out byte for byte', async () => {
    expect(await sendAll()).toMatchObject({ code: 0 })
    const kept = await Promise.all(
      sent.map(async ({ uid, path }) => {
        const key = await cache.findInstance({ SOPInstanceUID: uid })
        const object = await cache.open(key ?? -1)
        const content = await object.read(0, object.length)
        return {
          path,
          uid: object.SOPInstanceUID,
          sopClass: object.SOPClassUID,
          syntax: object.TransferSyntaxUID,
          length: object.length,
          sha256: createHash('sha256').update(content).digest('hex'),
        }
      }),
    )
    expect(kept).toEqual(sent)
  })

  test('sent again, all are duplicates, and nothing grows', async () => {
    const before = await cache.totals()
    const events = receiver.history().length
    expect(await sendAll()).toMatchObject({ code: 0 })
    await until(() => receiver.history().length > events)
    expect(receiver.history()[0]).toMatchObject({ stored: 0, duplicates: sent.length, versions: 0, failed: 0 })
    expect(await cache.totals()).toEqual(before)
  })

  test('the same instance with other content is another version, and succeeds', async () => {
    expect(await storeDirectly('1.2.3.4', image('1.2.3.4'))).toMatchObject({ status: 0, event: { stored: 1 } })
    expect(await storeDirectly('1.2.3.4', image('1.2.3.4', 'other'))).toMatchObject({
      status: 0,
      event: { versions: 1 },
    })
  })

  test.each([
    ['an instance UID other than the command’s', image('1.2.3.6'), 0xa900, 'identifiers-disagree'],
    [
      'no study',
      Buffer.concat([text('00080016', 'UI', CT), text('00080018', 'UI', '1.2.3.5')]),
      0xa900,
      'missing-identifiers',
    ],
    ['an element cut in the middle', image('1.2.3.5', 'a long comment').subarray(0, -4), 0xc000, 'cut-data-set'],
  ])('a data set with %s is refused with its status and reason', async (_name, dataSet, status, code) => {
    expect(await storeDirectly('1.2.3.5', dataSet)).toMatchObject({ status, event: { failed: 1, reasons: [{ code }] } })
    expect(await cache.findInstance({ SOPInstanceUID: '1.2.3.5' })).toBe(null)
  })
})
