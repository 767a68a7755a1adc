/** The outbox with an archive by DIMSE: what it accepts is sent, and only what it committed itself to counts as archived. */
import { describe, expect, it } from 'vitest'
import type { PeerLink, PeerReport } from '../../../../main/archive/dimse/peer-link.ts'
import type { ArchiveOptions } from '../../../../main/archive/index.ts'
import type { ArchiveConfiguration, OutboxItem } from '../../../../main/contract/archive.ts'
import { DimseError, type SendResult } from '../../../../main/dimse/index.ts'
import { ctImage, store } from '../../cache/data-sets.ts'
import { nobody, shareCache, type TestArchive, testArchive } from '../test-archive.ts'

const cache = shareCache()
const configuration = (asksCommitment = true): ArchiveConfiguration => ({
  ...{ name: 'TERRITORY', aeTitle: 'PACS', asksCommitment },
})

type Listener = Parameters<PeerLink['onReport']>[0]

/** A remote AE that takes what it is sent by a script, and remembers what it was asked. */
function scriptedPeer() {
  const listeners = new Set<Listener>()
  const peer = {
    sent: [] as string[],
    asked: [] as { TransactionUID: string; instances: string[] }[],
    /** What becomes of the next objects; `cut`: the association ends inside. */
    script: [] as (Partial<SendResult> | 'cut')[],
    answer: { status: 0 } as Awaited<ReturnType<PeerLink['ask']>>,
    isKnown: true,
    services: { isFinding: true, isGetting: true, isMoving: false, isCommitting: true },
    report: async (TransactionUID: string, report: Partial<PeerReport>, from = 'PACS'): Promise<boolean> => {
      const whole = { TransactionUID, committed: [], failed: [], ...report }
      const taken = await Promise.all([...listeners].map((listener) => listener(whole, from)))
      return taken.includes(true)
    },
  }
  const link: PeerLink = {
    ...nobody,
    test: async () => (peer.isKnown ? { error: null, ...peer.services } : null),
    async send(_, { objects, onBegin, onResult }) {
      if (!peer.isKnown) return null
      for (const [index, { SOPInstanceUID }] of objects.entries()) {
        await onBegin(index)
        const step = peer.script.shift() ?? {}
        if (step === 'cut') {
          return {
            kind: 'interrupted',
            next: index,
            error: new DimseError('aborted', 'The peer ended the association'),
          }
        }
        if (step.kind === undefined) peer.sent.push(SOPInstanceUID)
        onResult({ index, SOPInstanceUID, kind: 'sent', status: 0, ...step })
      }
      return { kind: 'completed', next: objects.length, error: null }
    },
    async ask(_, { TransactionUID, instances }) {
      peer.asked.push({ TransactionUID, instances: instances.map(({ SOPInstanceUID }) => SOPInstanceUID) })
      return peer.answer
    },
    onReport(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return { peer, link }
}

interface Started extends TestArchive {
  peer: ReturnType<typeof scriptedPeer>['peer']
  link: PeerLink
}

const itemsOf = async ({ archive }: Pick<TestArchive, 'archive'>): Promise<OutboxItem[]> =>
  (await archive.outbox({ states: [], offset: 0, limit: 100 })).items.reverse()

async function start(
  before: (peer: Started['peer']) => void = () => undefined,
  options: Partial<ArchiveOptions> = {},
): Promise<Started> {
  const { peer, link } = scriptedPeer()
  before(peer)
  const test = await testArchive(await cache(), null, { ...options, peers: link })
  await test.archive.configure(configuration())
  return { ...test, peer, link }
}

let lastInstance = 0
/** Puts new images into the cache and the outbox; gives their UIDs. */
async function enqueue({ archive, cache }: TestArchive, count: number): Promise<string[]> {
  const UIDs = Array.from({ length: count }, () => `1.2.826.0.1.99.${++lastInstance}`)
  const keys: number[] = []
  for (const SOPInstanceUID of UIDs) {
    const outcome = await store(cache, ctImage({ study: 99, instance: lastInstance }, { SOPInstanceUID }))
    if (outcome.kind === 'refused') throw new Error(outcome.reason)
    keys.push(outcome.instanceKey)
  }
  await archive.enqueue(keys)
  return UIDs
}

const waitFor = (test: Pick<TestArchive, 'archive'>, expected: Partial<OutboxItem>[]) =>
  expect.poll(() => itemsOf(test), { interval: 10 }).toMatchObject(expected)
const references = (UIDs: readonly string[]) => UIDs.map((SOPInstanceUID) => ({ SOPInstanceUID }))
const transactionOf = ({ peer }: Pick<Started, 'peer'>, index = 0): string => peer.asked[index]?.TransactionUID ?? ''

describe('what an archive by DIMSE is sent', () => {
  it('waits for its commitment, and is archived once it came', async () => {
    const test = await start()
    const UIDs = await enqueue(test, 3)
    const waiting = { state: 'sent', fault: 'awaiting-commitment', attempts: 1 } as const
    await waitFor(test, [waiting, waiting, waiting])
    expect(test.peer.sent).toEqual(UIDs)
    const asked = () => test.peer.asked.flatMap(({ instances }) => instances)
    await expect.poll(() => asked()).toEqual(UIDs)
    for (const { TransactionUID, instances } of test.peer.asked) {
      expect(await test.peer.report(TransactionUID, { committed: references(instances) })).toBe(true)
    }
    const archived = { state: 'archived', fault: null } as const
    await waitFor(test, [archived, archived, archived])
    const study = (await itemsOf(test))[0]?.StudyInstanceUID ?? ''
    const { archive } = await test.records.outbox.archive()
    const places = await test.cache.listInstances(study, archive)
    expect(places.filter(({ SOPInstanceUID }) => UIDs.includes(SOPInstanceUID)).every((each) => each.isArchived)).toBe(
      true,
    )
    // A peer that missed our answer reports again.
    expect(await test.peer.report(transactionOf(test), { committed: references(UIDs) })).toBe(true)
    expect((await test.archive.status()).outbox).toMatchObject({ archived: 3, sent: 0 })
  })

  it('and it does not commit itself to is told, and sent again when a person says so', async () => {
    const test = await start()
    const [UID = ''] = await enqueue(test, 1)
    await expect.poll(() => test.peer.asked).toHaveLength(1)
    await test.peer.report(transactionOf(test), { failed: [{ SOPInstanceUID: UID, FailureReason: 0x0119 }] })
    await waitFor(test, [
      { state: 'failed', fault: 'not-committed', detail: 'failure reason 0119', nextAttemptAt: null },
    ])
    expect(await test.archive.problems()).toMatchObject({ refused: '1' })
    await test.archive.retry(null)
    await expect.poll(() => test.peer.asked).toHaveLength(2)
    expect(test.peer.sent).toEqual([UID, UID])
    // What was reported of the first time says nothing of the second.
    await test.peer.report(transactionOf(test, 0), { committed: references([UID]) })
    expect(await itemsOf(test)).toMatchObject([{ state: 'sent' }])
    await test.peer.report(transactionOf(test, 1), { committed: references([UID]) })
    await waitFor(test, [{ state: 'archived' }])
  })

  it('and it says it does not have is sent again by itself, twice, before a person is told', async () => {
    let now = Date.now()
    const test = await start(undefined, { now: () => new Date(now) })
    let { archive } = test
    const [UID = ''] = await enqueue(test, 1)
    const fails = (nextAttemptAt: string | null) =>
      waitFor({ archive }, [{ state: 'failed', fault: 'not-committed', detail: 'failure reason 0112', nextAttemptAt }])
    for (const time of [1, 2, 3]) {
      await expect.poll(() => test.peer.asked).toHaveLength(time)
      expect(test.peer.sent).toHaveLength(time)
      const failed = [{ SOPInstanceUID: UID, FailureReason: 0x0112 }]
      await test.peer.report(transactionOf(test, time - 1), { failed })
      if (time === 3) break
      await fails(expect.any(String))
      expect((await archive.problems()).refused).toBe(null)
      await archive.stop()
      now = Date.parse((await itemsOf({ archive }))[0]?.nextAttemptAt ?? '')
      archive = await test.again()
    }
    await fails(null)
    expect((await archive.problems()).refused).toBe('1')
    await archive.retry(null)
    await expect.poll(() => test.peer.sent).toHaveLength(4)
  })

  it('and it cannot commit itself to for now is asked about again, some times, before a person is told', async () => {
    const test = await start()
    const [UID = '', other = ''] = await enqueue(test, 2)
    await expect.poll(() => test.peer.asked.flatMap(({ instances }) => instances).sort()).toEqual([UID, other].sort())
    const report = async (SOPInstanceUID: string, FailureReason: number) => {
      const asked = test.peer.asked.find(({ instances }) => instances.includes(SOPInstanceUID))
      await test.peer.report(asked?.TransactionUID ?? '', { failed: [{ SOPInstanceUID, FailureReason }] })
    }
    await report(UID, 0x0213)
    await report(other, 0x0110)
    const waiting = { state: 'sent', fault: 'awaiting-commitment', nextAttemptAt: expect.any(String) } as const
    await waitFor(test, [
      { ...waiting, detail: 'failure reason 0213' },
      { ...waiting, detail: 'failure reason 0110' },
    ])
    for (let time = 0; time < 10; time += 1) await report(UID, 0x0213)
    await test.peer.report(transactionOf(test), { committed: references([other]) })
    await test.peer.report(transactionOf(test, 1), { committed: references([other]) })
    await waitFor(test, [
      { state: 'failed', fault: 'not-committed', detail: 'failure reason 0213', nextAttemptAt: null },
      { state: 'archived' },
    ])
  })

  it('is archived by a report that comes after a restart', async () => {
    const test = await start()
    const UIDs = await enqueue(test, 1)
    await expect.poll(() => test.peer.asked).toHaveLength(1)
    await test.archive.stop()
    expect(await test.peer.report(transactionOf(test), { committed: references(UIDs) })).toBe(false)
    const archive = await test.again()
    expect(await test.peer.report(transactionOf(test), { committed: references(UIDs) }, 'OTHER')).toBe(false)
    expect(await test.peer.report('2.25.1', { committed: references(UIDs) })).toBe(false)
    expect(await itemsOf({ archive })).toMatchObject([{ state: 'sent' }])
    expect(await test.peer.report(transactionOf(test), { committed: references(UIDs) })).toBe(true)
    await waitFor({ archive }, [{ state: 'archived' }])
  })

  it('is gone on with where an association was cut', async () => {
    const test = await start((peer) => {
      peer.script = [{}, 'cut', {}]
    })
    const UIDs = await enqueue(test, 3)
    await expect.poll(() => test.peer.asked.flatMap(({ instances }) => instances).sort()).toEqual([...UIDs].sort())
    expect(test.peer.sent.sort()).toEqual([...UIDs].sort())
    expect((await itemsOf(test)).map(({ attempts }) => attempts).sort()).toEqual([1, 1, 2])
  })

  it('is sent where it arrived before a cut and the archive takes nothing twice, and not where it has it from elsewhere', async () => {
    const has = { kind: 'refused', status: 0x0111 } as const
    const test = await start((peer) => {
      peer.script = ['cut', has]
    })
    const [UID = ''] = await enqueue(test, 1)
    await expect.poll(() => test.peer.asked.flatMap(({ instances }) => instances)).toEqual([UID])
    await waitFor(test, [{ state: 'sent', fault: 'awaiting-commitment', attempts: 2 }])
    test.peer.script = [has]
    await enqueue(test, 1)
    await waitFor(test, [{ state: 'sent' }, { state: 'failed', fault: 'refused', detail: 'status 0111' }])
  })

  it('is sent again later where the archive has no room for it now', async () => {
    const test = await start((peer) => {
      peer.script = [
        { kind: 'refused', status: 0xa702 },
        { kind: 'refused', status: 0x0213 },
      ]
    })
    await enqueue(test, 1)
    await waitFor(test, [{ state: 'sent', attempts: 3 }])
  })

  it('is sent again where the archive fails inside, and a person is told when that does not pass', async () => {
    const fails = { kind: 'refused', status: 0x0110 } as const
    const test = await start((peer) => {
      peer.script = [fails, fails]
    })
    await enqueue(test, 1)
    await waitFor(test, [{ state: 'sent', attempts: 3 }])
    test.peer.script = Array.from({ length: 20 }, () => fails)
    await enqueue(test, 1)
    const told = { state: 'failed', fault: 'refused', detail: 'status 0110', nextAttemptAt: null } as const
    await waitFor(test, [{ state: 'sent' }, { ...told, attempts: 9 }])
  })

  it('and does not take is told with its reason, and the others go on', async () => {
    const test = await start((peer) => {
      peer.script = [
        { kind: 'not-negotiated', status: null },
        { kind: 'refused', status: 0xa900 },
        { kind: 'unreadable', status: null },
      ]
    })
    await enqueue(test, 4)
    await waitFor(test, [
      { state: 'failed', fault: 'refused', detail: '0122: no accepted presentation context', nextAttemptAt: null },
      { state: 'failed', fault: 'refused', detail: 'status A900' },
      { state: 'failed', fault: 'unreadable-here' },
      { state: 'sent', fault: 'awaiting-commitment' },
    ])
  })

  it('stays sent, and says so, where commitment is not asked for; asked for later, it can still be archived', async () => {
    const test = await start()
    await test.archive.configure(configuration(false))
    const UIDs = await enqueue(test, 1)
    await waitFor(test, [{ state: 'sent', fault: 'no-proof', nextAttemptAt: null }])
    expect(test.peer.asked).toEqual([])
    await test.archive.configure(configuration(true))
    await expect.poll(() => test.peer.asked).toHaveLength(1)
    await test.peer.report(transactionOf(test), { committed: references(UIDs) })
    await waitFor(test, [{ state: 'archived' }])
  })

  it('stays sent where commitment is not offered, and is asked about when the archive answers again', async () => {
    const test = await start((peer) => {
      peer.answer = { error: new DimseError('context-not-accepted', 'not accepted') }
    })
    await enqueue(test, 1)
    await waitFor(test, [{ state: 'sent', fault: 'no-proof', detail: 'status 0122' }])
  })

  it('in two contents of one instance is proven in neither', async () => {
    const test = await start()
    const SOPInstanceUID = `1.2.826.0.1.99.${++lastInstance}`
    for (const PatientID of ['A', 'B']) {
      const outcome = await store(test.cache, ctImage({ study: 98 }, { SOPInstanceUID, PatientID }))
      if (outcome.kind === 'refused') throw new Error(outcome.reason)
      await test.archive.enqueue([outcome.instanceKey])
    }
    const waiting = { state: 'sent', fault: 'awaiting-commitment' } as const
    await waitFor(test, [waiting, waiting])
    for (const { TransactionUID } of test.peer.asked) {
      await test.peer.report(TransactionUID, { committed: references([SOPInstanceUID]) })
    }
    const unproven = { state: 'failed', fault: 'not-committed' } as const
    await waitFor(test, [unproven, unproven])
  })
})

describe('an archive by DIMSE', () => {
  it('that is no remote AE is told, and nothing is lost', async () => {
    const test = await start((peer) => {
      peer.isKnown = false
    })
    await enqueue(test, 1)
    await expect.poll(() => test.archive.status()).toMatchObject({ fault: 'peer-unknown' })
    expect(await itemsOf(test)).toMatchObject([{ state: 'waiting' }])
    expect((await test.archive.problems()).unreachable).toMatch(/peer-unknown/)
  })

  it('is tried with what it is to do', async () => {
    const test = await start()
    const services = { find: true, get: true, move: false, commitment: true }
    expect(await test.archive.test(configuration())).toMatchObject({ fault: null, services })
    test.peer.services.isCommitting = false
    expect(await test.archive.test(configuration())).toMatchObject({ fault: 'no-proof' })
    expect(await test.archive.test(configuration(false))).toMatchObject({ fault: null })
    test.peer.isKnown = false
    expect(await test.archive.test(configuration())).toMatchObject({ fault: 'peer-unknown' })
  })

  it('that is no remote AE is neither searched nor asked for a study, and says so', async () => {
    const test = await start((peer) => {
      peer.isKnown = false
    })
    const search = { PatientName: 'MARTIN', PatientID: '', AccessionNumber: '', ModalitiesInStudy: '' }
    const page = { StudyDateFrom: '', StudyDateTo: '', offset: 0, limit: 10 }
    expect(await test.archive.search({ ...search, ...page })).toMatchObject({ fault: 'peer-unknown', studies: [] })
    await test.archive.retrieve('1.2.3')
    await expect.poll(() => test.archive.retrievals()).toMatchObject([{ state: 'interrupted', fault: 'peer-unknown' }])
  })
})
