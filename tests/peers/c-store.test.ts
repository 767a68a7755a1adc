/** Real senders against the receiver: dcmtk's echoscu, storescu and dcmsend. What arrives is what was sent, byte for byte. */

import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../main/dicom/index.ts'
import { createReceiver, type Receiver } from '../../main/receiver/index.ts'
import { dcmtk, storescu } from '../helpers/dcmtk.ts'
import { until } from '../helpers/dimse-server.ts'
import { createMemoryCache, type MemoryCache } from '../helpers/memory-cache.ts'
import { hasSendableCorpus, type Sendable, sendableCorpus } from '../helpers/sendable-corpus.ts'

const { DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian } =
  TransferSyntaxUIDs

describe.runIf(hasSendableCorpus())('real senders', () => {
  let folder = ''
  /** Folder of those that `plain` tells. */
  let uncompressed = ''
  let sent: Sendable[] = []
  let receiver: Receiver
  let cache: MemoryCache
  let running: Receiver[] = []

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-senders-'))
    sent = sendableCorpus()
    uncompressed = join(folder, 'uncompressed')
    mkdirSync(uncompressed)
    for (const { path } of plain()) copyFileSync(path, join(uncompressed, basename(path)))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function start(): Promise<number> {
    cache = createMemoryCache()
    receiver = createReceiver({ cache, log: pino({ level: 'silent' }) })
    running.push(receiver)
    expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBe(null)
    return receiver.address?.port ?? 0
  }
  afterEach(async () => {
    await Promise.all(running.map((each) => each.stop(0)))
    running = []
  })

  /** The CT and MR images in explicit VR little endian: classes that storescu proposes unasked. */
  const plain = () =>
    sent.filter(
      ({ syntax, sopClass }) =>
        syntax === ExplicitVRLittleEndian &&
        (sopClass === SOPClassUIDs.CTImageStorage || sopClass === SOPClassUIDs.MRImageStorage),
    )
  const call = (port: number) => ['-aec', 'ASTREINTE', '127.0.0.1', String(port)]
  const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')

  test('echoscu is answered, and refused when it calls another title', async () => {
    const port = await start()
    expect(await dcmtk('echoscu', call(port))).toMatchObject({ code: 0 })
    const refused = await dcmtk('echoscu', ['-aec', 'SOMEBODY', '127.0.0.1', String(port)])
    expect(refused.output).toContain('Called AE Title Not Recognized')
    expect(refused.code).not.toBe(0)
  })

  test('echoscu proposing 128 contexts of 38 transfer syntaxes is answered', async () => {
    const port = await start()
    expect(await dcmtk('echoscu', ['-pts', '38', '-ppc', '128', ...call(port)])).toMatchObject({ code: 0 })
  })

  /** What arrived is what was sent: nothing more, nothing less, no byte changed. */
  function expectSame(expected: Sendable[], counts: (uid: string) => boolean = () => true): void {
    const arrived = cache.objects
      .filter(({ request }) => counts(request.SOPInstanceUID))
      .map(({ request, dataSet }) => ({
        uid: request.SOPInstanceUID,
        sopClass: request.SOPClassUID,
        syntax: request.TransferSyntaxUID,
        length: dataSet.length,
        sha256: sha256(dataSet),
      }))
    const byUID = (a: { uid: string }, b: { uid: string }) => (a.uid < b.uid ? -1 : 1)
    expect(arrived.sort(byUID)).toEqual(expected.map(({ path: _, ...rest }) => rest).sort(byUID))
  }

  test('dcmsend sends the corpus in its own transfer syntaxes', async () => {
    const port = await start()
    // dcmsend prefers explicit VR little endian to the other uncompressed ones, and pads what is deflated.
    const changed = [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
    const unchanged = sent.filter(({ syntax }) => !changed.some((each) => each === syntax))
    expect(unchanged.length).toBeGreaterThan(40)
    expect(new Set(unchanged.map(({ syntax }) => syntax)).size).toBeGreaterThanOrEqual(6)
    const result = await dcmtk('dcmsend', ['--decompress-never', ...call(port), ...sent.map(({ path }) => path)])
    expect(result).toMatchObject({ code: 0 })
    const others = new Set(sent.filter((each) => !unchanged.includes(each)).map(({ uid }) => uid))
    expect(cache.objects).toHaveLength(sent.length)
    expectSame(unchanged, (uid) => !others.has(uid))
  })

  test('storescu that proposes implicit VR little endian alone', async () => {
    const port = await start()
    const implicit = sent.filter(({ syntax }) => syntax === ImplicitVRLittleEndian)
    expect(implicit.length).toBeGreaterThan(0)
    const paths = implicit.map(({ path }) => path)
    expect(await dcmtk('storescu', ['-xi', '-R', ...call(port), ...paths])).toMatchObject({ code: 0 })
    expectSame(implicit)
  })

  test('storescu with one context for all transfer syntaxes of a class sends in the one that we choose', async () => {
    const port = await start()
    const [file] = plain()
    const options = ['+C', '-x=', '-R']
    expect(await dcmtk('storescu', [...options, ...call(port), file?.path ?? ''])).toMatchObject({ code: 0 })
    expect(cache.objects.map(({ request }) => request.TransferSyntaxUID)).toEqual([ExplicitVRLittleEndian])
    expectSame(file ? [file] : [])
  })

  test('storescu over a folder, as a user calls it', async () => {
    const port = await start()
    const result = await storescu({ aeTitle: 'ASTREINTE', dicomPort: port }, [uncompressed])
    expect(result).toMatchObject({ code: 0 })
    expectSame(plain())
    expect(receiver.status).toMatchObject({ stored: cache.objects.length, refused: 0 })
  })

  test.each(['4096', '131072'])('storescu with PDUs of %s bytes', async (length) => {
    const port = await start()
    const result = await storescu(
      { aeTitle: 'ASTREINTE', dicomPort: port },
      [uncompressed],
      ['--max-send-pdu', length, '-pdu', length],
    )
    expect(result).toMatchObject({ code: 0 })
    expectSame(plain())
  })

  test('storescu with user identity and without waiting for a response to it', async () => {
    const port = await start()
    const result = await storescu({ aeTitle: 'ASTREINTE', dicomPort: port }, [uncompressed], ['-usr', 'reader', '-epw'])
    expect(result).toMatchObject({ code: 0 })
    expectSame(plain())
  })

  test('four storescu at once', async () => {
    const port = await start()
    const all = Array.from({ length: 4 }, () => storescu({ aeTitle: 'ASTREINTE', dicomPort: port }, [uncompressed]))
    expect((await Promise.all(all)).map(({ code }) => code)).toEqual([0, 0, 0, 0])
    const each = plain()
    expectSame([...each, ...each, ...each, ...each])
  })

  test('storescu that aborts instead of releasing has stored what was answered', async () => {
    const port = await start()
    await storescu({ aeTitle: 'ASTREINTE', dicomPort: port }, [uncompressed], ['--abort'])
    expectSame(plain())
    await until(() => receiver.history().length === 1)
    expect(receiver.history()[0]).toMatchObject({ outcome: 'aborted', reasons: [{ code: 'peer-aborted' }] })
  })

  test('storescu is told when the disk is full, and goes on with -nh', async () => {
    const port = await start()
    cache.outcomes.push({ kind: 'refused', reason: 'disk-full' })
    const result = await storescu({ aeTitle: 'ASTREINTE', dicomPort: port }, [uncompressed], ['-nh', '-v'])
    expect(result.output).toContain('Refused: OutOfResources')
    expect(receiver.status).toMatchObject({ stored: plain().length - 1, refused: 1 })
  })
})
