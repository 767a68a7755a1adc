/** The outbox with an archive that behaves in every way: nothing is lost, and only what is proven counts as archived. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ArchiveOptions } from '../../../../main/archive/index.ts'
import type { OutboxItem } from '../../../../main/contract/archive.ts'
import { part10Header } from '../../../../main/dataset/index.ts'
import { type Behaviour, type ScriptedArchive, startScriptedArchive } from '../../../helpers/scripted-archive.ts'
import { BASIC_TEXT_SR, ctImage, store, type TestObject } from '../../cache/data-sets.ts'
import { temporaryFolder } from '../../cache/temporary-folder.ts'
import { testCache } from '../../cache/test-cache.ts'
import { configurationOf, shareCache, type TestArchive, testArchive } from '../test-archive.ts'

const cache = shareCache()

let remote: ScriptedArchive
beforeEach(async () => {
  remote = await startScriptedArchive()
})
afterEach(() => remote.close())

const fileOf = ({ request, bytes }: TestObject): Buffer => Buffer.concat([part10Header(request), bytes])

const stateOf = async ({ archive }: TestArchive): Promise<OutboxItem> => {
  const { items } = await archive.outbox({ states: [], offset: 0, limit: 1 })
  const [item] = items
  if (!item) throw new Error('the outbox is empty')
  return item
}

/** A station with one image in it, which is sent to an archive that does `script` and then what it should. */
const sendOne = async (
  script: Behaviour[],
  otherwise: Behaviour = 'ok',
  options: Partial<ArchiveOptions> = {},
): Promise<TestArchive> => {
  const test = await testArchive(await cache(), remote.url, options)
  remote.script = script
  remote.otherwise = () => otherwise
  const outcome = await store(test.cache, ctImage())
  if (outcome.kind === 'refused') throw new Error(outcome.reason)
  await test.archive.enqueue([outcome.instanceKey])
  return test
}

/** A pause before the next attempt that is long enough to see how the last one ended; or that never ends. */
const seen = { backoff: { first: 1_000, most: 1_000 } }
const forever = { backoff: { first: 3_600_000, most: 3_600_000 } }

const waitFor = (test: TestArchive, expected: Partial<OutboxItem>) =>
  expect.poll(() => stateOf(test), { interval: 10 }).toMatchObject(expected)

describe('an object on its way', () => {
  it('is sent with its transfer syntax and its bytes as they are, read back, and archived', async () => {
    const test = await sendOne([])
    await waitFor(test, { state: 'archived', fault: null, attempts: 1 })
    expect(remote.requests.map(({ kind }) => kind)).toEqual(['store', 'retrieve'])
    const [sent] = remote.held.values()
    expect(sent?.file.equals(fileOf(ctImage()))).toBe(true)
    expect(await test.archive.status()).toMatchObject({ reachable: 'yes', outbox: { archived: 1, waiting: 0 } })
    expect(await stateOf(test)).toMatchObject({ PatientID: 'PAT1' })
    expect(await test.archive.transferOf([sent?.SOPInstanceUID ?? '', '9.9'])).toEqual({
      [sent?.SOPInstanceUID ?? '']: 'archived',
    })
  })

  const uncertain: [string, Behaviour[]][] = [
    ['before the request is read', ['cut']],
    ['after it was read', ['cut-after-request']],
    ['after it was stored', ['cut-before-answer']],
    ['in the answer', ['cut-in-answer']],
    ['in the question that follows', ['cut-before-answer', 'cut']],
    ['while it is read back', ['ok', 'cut']],
    ['in the middle of what is read back', ['ok', 'cut-in-answer']],
    [
      'again and again',
      ['cut', 'cut-after-request', 'cut-before-answer', 'cut-in-answer', 'cut', 'ok', 'cut-in-answer'],
    ],
  ]
  it.each(uncertain)('is archived, once, when the connection is cut %s', async (_, script) => {
    const test = await sendOne(script)
    await waitFor(test, { state: 'archived' })
    expect(remote.held.size).toBe(1)
  })

  it('is not sent again when it may have arrived and has', async () => {
    const test = await sendOne(['cut-before-answer'])
    await waitFor(test, { state: 'archived' })
    expect(remote.requests.map(({ kind }) => kind)).toEqual(['store', 'retrieve'])
  })

  const passing: [string, Behaviour][] = [
    ['HTTP 500', { status: 500 }],
    ['HTTP 503 that names a time', { status: 503, headers: { 'retry-after': '0' } }],
    ['HTTP 429', { status: 429 }],
    ['out of resources', { failureReason: 0xa700 }],
    ['processing failure', { failureReason: 0x0110 }],
    [
      'nonsense instead of JSON',
      { status: 200, headers: { 'content-type': 'application/dicom+json' }, body: '{"half' },
    ],
    ['JSON that names nothing', { status: 200, headers: { 'content-type': 'application/json' }, body: '[]' }],
    ['a page instead of JSON', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    [
      'XML that names nothing',
      { status: 202, headers: { 'content-type': 'application/dicom+xml' }, body: '<NativeDicomModel/>' },
    ],
  ]
  it.each(passing)('is tried again after %s', async (_, behaviour) => {
    const test = await sendOne([behaviour])
    await waitFor(test, { state: 'archived' })
    expect(remote.held.size).toBe(1)
  })

  it('takes an answer in XML', async () => {
    const { SOPInstanceUID, SOPClassUID } = ctImage().request
    const attribute = (tag: string, inner: string) => `<DicomAttribute tag="${tag}" vr="SQ">${inner}</DicomAttribute>`
    const value = (text: string) => `<Value number="1">${text}</Value>`
    const item = attribute('00081150', value(SOPClassUID)) + attribute('00081155', value(SOPInstanceUID))
    const body = `<?xml version="1.0"?><NativeDicomModel xml:space="preserve">${attribute('00081199', `<Item number="1">${item}</Item>`)}</NativeDicomModel>`
    const stored: Behaviour = (request, answer) => {
      remote.put(fileOf(ctImage()))
      expect(request.headers.accept).toBe('application/dicom+json')
      answer.writeHead(200, { 'content-type': 'application/dicom+xml' }).end(body)
    }
    const test = await sendOne([stored, { status: 500 }], 'ok', seen)
    await waitFor(test, { state: 'sent', fault: 'server-error' })
    await waitFor(test, { state: 'archived' })
  })

  it('waits for a person when it is refused, with the reason, and goes when a person asks', async () => {
    const test = await sendOne([{ failureReason: 0xa900 }])
    const refused = { state: 'failed', fault: 'refused', detail: 'failure reason A900H', nextAttemptAt: null } as const
    await waitFor(test, refused)
    expect(await test.archive.problems()).toMatchObject({ refused: '1' })
    expect(remote.held.size).toBe(0)
    expect(await test.archive.retry(null)).toBe(1)
    await waitFor(test, { state: 'archived', fault: null })
    expect(await test.archive.problems()).toEqual({ unreachable: null, refused: null, lost: null })
  })

  it('is archived when the archive refuses it because it has it', async () => {
    remote.put(fileOf(ctImage()))
    await waitFor(await sendOne([{ failureReason: 0x0111 }]), { state: 'archived' })
    await waitFor(await sendOne([{ failureReason: 0xa9ff }]), { state: 'archived' })
  })

  it('tells each status as what it is', async () => {
    const faults: [number, OutboxItem['fault']][] = [
      [400, 'refused'],
      [401, 'unauthorised'],
      [403, 'forbidden'],
      [404, 'not-dicomweb'],
      [413, 'too-large'],
      [415, 'refused'],
    ]
    for (const [status, fault] of faults) {
      const test = await sendOne([{ status, body: 'MÜLLERSON' }], 'ok', forever)
      await waitFor(test, { state: 'failed', fault, detail: `HTTP ${status}` })
      await test.archive.stop()
    }
  })

  it('does not follow an archive to another host', async () => {
    const headers = { location: 'http://127.0.0.1:1/web/studies' }
    const test = await sendOne([{ status: 307, headers }], 'ok', forever)
    await waitFor(test, { state: 'failed', fault: 'not-dicomweb', detail: 'HTTP 307: redirections are not followed' })
  })

  it('is never archived when what comes back differs, and that is told', async () => {
    const other = fileOf(ctImage({ seed: 9 }))
    remote.put(other)
    const test = await sendOne(['cut'])
    await waitFor(test, { state: 'failed', fault: 'differs', nextAttemptAt: null })
    await test.archive.retry(null)
    await waitFor(test, { state: 'failed', fault: 'differs' })
    expect([...remote.held.values()][0]?.file.equals(other)).toBe(true)
  })

  it('is sent once more when it differed and a person names it, and what comes of that is told', async () => {
    const { SOPInstanceUID } = remote.put(fileOf(ctImage({ seed: 9 })))
    const test = await sendOne(['cut'])
    await waitFor(test, { state: 'failed', fault: 'differs', attempts: 1 })
    const { itemId } = await stateOf(test)
    await test.archive.retry(null)
    await waitFor(test, { state: 'failed', fault: 'differs', attempts: 1 })
    // It keeps what it has, whatever it answers.
    await test.archive.retry(itemId)
    await waitFor(test, { state: 'failed', fault: 'differs', attempts: 2 })
    remote.held.delete(SOPInstanceUID)
    await test.archive.retry(itemId)
    await waitFor(test, { state: 'archived', fault: null, attempts: 3 })
  })

  it('is sent again when the archive accepted it and does not have it', async () => {
    const { SOPInstanceUID } = ctImage().request
    const body = JSON.stringify({
      '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: [SOPInstanceUID] } }] },
    })
    const headers = { 'content-type': 'application/dicom+json' }
    const test = await sendOne([{ status: 200, headers, body }], 'ok', seen)
    await waitFor(test, { state: 'sent', fault: 'not-here' })
    await waitFor(test, { state: 'archived' })
    expect(remote.requests.filter(({ kind }) => kind === 'store')).toHaveLength(2)
  })

  it('is a person’s matter when the archive accepts it again and again and never has it', async () => {
    const { SOPInstanceUID } = ctImage().request
    const body = JSON.stringify({
      '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: [SOPInstanceUID] } }] },
    })
    const headers = { 'content-type': 'application/dicom+json' }
    const accepts = { status: 200, headers, body }
    const test = await sendOne([accepts])
    remote.otherwise = ({ kind }) => (kind === 'store' ? accepts : 'ok')
    await waitFor(test, { state: 'failed', fault: 'not-here', nextAttemptAt: null })
    expect(remote.requests.filter(({ kind }) => kind === 'store')).toHaveLength(8)
    // By then it was mended, and a person asks: it is sent again.
    remote.otherwise = () => 'ok'
    await test.archive.retry(null)
    await waitFor(test, { state: 'archived' })
    expect(remote.requests.filter(({ kind }) => kind === 'store')).toHaveLength(9)
  })

  it('fails where nothing is here to be sent', async () => {
    const test = await testArchive(await cache(), remote.url)
    await test.records.outbox.enqueue(
      [
        {
          StudyInstanceUID: '1.2',
          SOPInstanceUID: '1.2.3',
          SOPClassUID: '1',
          sha256: 'x',
          bytes: 1,
          isDocument: true,
        },
      ],
      new Date().toISOString(),
    )
    await test.archive.retry(null)
    await waitFor(test, { state: 'failed', fault: 'unreadable-here', detail: 'object-missing', nextAttemptAt: null })
  })

  it('is not taken for another one that has its key since the index was lost', async () => {
    const dataFolder = temporaryFolder()
    const open = () => testCache({ dataFolder })
    const [first, other] = [ctImage({ study: 1 }), ctImage({ study: 2 })]
    const before = await open()
    const test = await testArchive(before, null)
    const outcome = await store(before, first)
    if (outcome.kind === 'refused') throw new Error(outcome.reason)
    await test.archive.enqueue([outcome.instanceKey])
    await before.removeStudy({ StudyInstanceUID: outcome.StudyInstanceUID, archive: null })
    await test.archive.stop()
    await before.close()
    // With the note of the keys that were given, keys begin anew.
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm', 'instance-keys'])
      rmSync(join(dataFolder, name), { force: true })
    const after = await open()
    expect(await store(after, other)).toMatchObject({ kind: 'stored', instanceKey: outcome.instanceKey })
    const archive = await test.again({ cache: after })
    await archive.configure(configurationOf(remote.url))
    await waitFor({ ...test, archive }, { state: 'failed', fault: 'unreadable-here', detail: 'object-missing' })
    expect(remote.requests.filter(({ kind }) => kind === 'store')).toEqual([])
    // It goes when it is here again, under whatever key.
    await store(after, first)
    await archive.retry(null)
    await waitFor({ ...test, archive }, { state: 'archived' })
    expect([...remote.held.keys()]).toEqual([first.request.SOPInstanceUID])
  })

  it('is not waited for without end', async () => {
    const test = await sendOne(['silence'], 'ok', seen)
    await waitFor(test, { state: 'failed', fault: 'timed-out' })
    await waitFor(test, { state: 'archived' })
  })
})

describe('many objects', () => {
  const enqueueAll = async (test: TestArchive, objects: readonly TestObject[]): Promise<void> => {
    const outcomes = await Promise.all(objects.map((object) => store(test.cache, object)))
    await test.archive.enqueue(outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [] : [outcome.instanceKey])))
  }
  const archived = (test: TestArchive, count: number) =>
    expect.poll(async () => (await test.archive.status()).outbox.archived, { interval: 20 }).toBe(count)

  it('go documents first, and each once however often they are put in', async () => {
    const test = await testArchive(await cache(), null)
    const images = Array.from({ length: 12 }, (_, index) => ctImage({ instance: index + 1 }))
    const report = ctImage({ instance: 99, series: 9 }, { SOPClassUID: BASIC_TEXT_SR, Modality: 'SR' })
    await enqueueAll(test, [...images, report])
    await enqueueAll(test, [report])
    expect((await test.archive.status()).outbox).toEqual({ waiting: 13, sent: 0, archived: 0, failed: 0 })
    await test.archive.configure(configurationOf(remote.url))
    await archived(test, 13)
    const stores = remote.requests.filter(({ kind }) => kind === 'store')
    expect(stores).toHaveLength(13)
    expect(stores.slice(0, 4).some(({ body }) => body.includes(BASIC_TEXT_SR))).toBe(true)
    const counts = { waiting: 0, sent: 0, archived: 13, failed: 0 }
    expect(await test.archive.countsOf(['1.2.826.0.1.77.1', '1.2'])).toEqual({ '1.2.826.0.1.77.1': counts })
    const told = { kind: 'outboxChanged', StudyInstanceUIDs: ['1.2.826.0.1.77.1'] }
    await expect.poll(() => test.changes).toContainEqual(told)
  })

  it('wait together while the archive is away, and go together when it is back', async () => {
    const test = await testArchive(await cache(), 'http://127.0.0.1:1/web')
    await enqueueAll(
      test,
      Array.from({ length: 6 }, (_, index) => ctImage({ instance: index + 1 })),
    )
    await expect.poll(() => test.archive.status()).toMatchObject({ reachable: 'no', fault: 'refused-connection' })
    await expect
      .poll(() => test.archive.problems())
      .toEqual({ unreachable: 'refused-connection: ECONNREFUSED', refused: null, lost: null })
    await test.archive.configure(configurationOf(remote.url))
    await archived(test, 6)
    expect((await test.archive.problems()).unreachable).toBeNull()
  })

  it('go to another archive when that is set up, but for those that are proven to be in the first', async () => {
    const test = await testArchive(await cache(), remote.url)
    await enqueueAll(test, [ctImage({ study: 7, instance: 1 })])
    await archived(test, 1)
    remote.otherwise = () => ({ failureReason: 0xa900 })
    await enqueueAll(test, [ctImage({ study: 7, instance: 2 })])
    await expect.poll(async () => (await test.archive.status()).outbox.failed).toBe(1)
    const second = await startScriptedArchive()
    await test.archive.configure(configurationOf(second.url))
    await archived(test, 2)
    expect([...second.held.keys()]).toEqual([ctImage({ study: 7, instance: 2 }).request.SOPInstanceUID])
    expect(await test.archive.send('1.2.826.0.1.77.7')).toBe(1)
    await archived(test, 3)
    expect(second.held.size).toBe(2)
    await second.close()
  })

  it('survive a restart at any step', async () => {
    for (const step of ['store', 'retrieve'] as const) {
      remote.held.clear()
      const test = await testArchive(await cache(), remote.url)
      const reached = new Promise<void>((resolve) => {
        remote.otherwise = ({ kind }) => {
          if (kind !== step) return 'ok'
          resolve()
          return 'silence'
        }
      })
      await enqueueAll(test, [ctImage({ instance: 1 })])
      await reached
      await test.archive.stop()
      remote.otherwise = () => 'ok'
      await test.again()
      await archived(test, 1)
      expect(remote.held.size).toBe(1)
    }
  })

  const behaviour = fc.constantFrom<Behaviour>(
    'ok',
    'cut',
    'cut-after-request',
    'cut-before-answer',
    'cut-in-answer',
    { status: 500 },
    { status: 503 },
    { status: 404 },
    { status: 200, body: 'nonsense' },
    { status: 200, headers: { 'content-type': 'application/dicom+json' }, body: '[1' },
    { failureReason: 0xa700 },
    { failureReason: 0xa900 },
    { failureReason: 0x0111 },
  )
  it('come through any sequence of answers: none is lost, each is there once, and archived means proven', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(behaviour, { maxLength: 30 }), async (script) => {
        remote.held.clear()
        remote.script = script
        const test = await testArchive(await cache(), remote.url)
        const objects = [1, 2, 3].map((instance) => ctImage({ instance, rows: 8 }))
        await enqueueAll(test, objects)
        await vi.waitFor(
          async () => {
            const { items } = await test.archive.outbox({ states: [], offset: 0, limit: 10 })
            expect(items).toHaveLength(3)
            for (const { state, SOPInstanceUID } of items)
              if (state === 'archived') expect(remote.held.has(SOPInstanceUID)).toBe(true)
            await test.archive.retry(null)
            expect(items.map(({ state }) => state)).toEqual(['archived', 'archived', 'archived'])
          },
          { timeout: 60_000, interval: 50 },
        )
        for (const object of objects)
          expect(remote.held.get(object.request.SOPInstanceUID)?.file.equals(fileOf(object))).toBe(true)
        expect(remote.held.size).toBe(3)
        await test.archive.stop()
      }),
      { numRuns: 12 },
    )
  })
})
