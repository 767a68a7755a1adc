/** Searching an archive by DIMSE and bringing studies back from it: archives that list less than they have, give what was not asked for, or give nothing. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type {
  AskPeer,
  PeerLink,
  PeerRetrieved,
  PeerWanted,
  QueryRoot,
} from '../../../../main/archive/dimse/peer-link.ts'
import type { StudySearch } from '../../../../main/archive/study-source.ts'
import type { Cache } from '../../../../main/cache/cache.ts'
import type { Retrieval } from '../../../../main/contract/archive.ts'
import { type DataSet, type DataSetContent, HeaderScan } from '../../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../../main/dicom/index.ts'
import { DimseError, decodeIdentifier, encodeIdentifier } from '../../../../main/dimse/index.ts'
import { ctImage, store, type TestObject } from '../../cache/data-sets.ts'
import { nobody, shareCache, type TestArchive, testArchive } from '../test-archive.ts'

const cache = shareCache()
const { ImplicitVRLittleEndian } = TransferSyntaxUIDs

let study = 300
beforeEach(() => {
  study += 1
})
const uidOf = (number: number): string => `1.2.826.0.1.77.${number}`
const images = (count: number, series = 1): TestObject[] =>
  Array.from({ length: count }, (_, index) => ctImage({ study, series, instance: index + 1 }))

const attributesOf = ({ request, bytes }: TestObject): DataSet => {
  const scan = new HeaderScan(request.TransferSyntaxUID)
  scan.push(bytes)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.kind)
  return result.attributes
}

/** As it comes over the network. */
const carried = (content: DataSetContent): DataSet | null =>
  decodeIdentifier(encodeIdentifier(content, ImplicitVRLittleEndian), ImplicitVRLittleEndian)

type Level = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE'
const uniqueKeys = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
} as const

/** What becomes of a request: other objects than it wants, and how it ends; without objects, none is sent. */
type Given = Partial<PeerRetrieved> & { objects?: readonly TestObject[] }

/** A remote AE that holds objects; what it answers can be changed step by step. */
function scriptedPeer() {
  const peer = {
    objects: [] as TestObject[],
    root: 'study' as QueryRoot,
    questions: [] as DataSetContent[],
    asked: [] as (PeerWanted & { how: 'get' | 'move'; storedSOPClassUIDs?: readonly string[] })[],
    /** Changes the matches of a question. */
    answer: (_: Level, matches: (DataSet | null)[]): (DataSet | null)[] => matches,
    statusOf: (_: Level): number => 0,
    /** Around each C-GET and C-MOVE. */
    meanwhile: (work: () => Promise<PeerRetrieved>): Promise<PeerRetrieved> => work(),
    /** What it moves comes as if nobody had asked: it does not say whom it is for (PS3.7 §9.1.1.1). */
    isMovingAnonymously: false,
    /** Null: performs it as it should. */
    give: (_: PeerWanted & { how: 'get' | 'move' }): Given | null => null,
  }
  const matchesOf = (content: DataSetContent): (DataSet | null)[] => {
    const level = content.QueryRetrieveLevel as Level
    const found = new Map<string, DataSetContent>()
    for (const object of peer.objects) {
      const attributes = attributesOf(object)
      const isWanted = (['PatientID', 'StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const).every(
        (keyword) => !content[keyword] || content[keyword] === attributes.text(keyword),
      )
      const values = Object.keys(content)
        .filter((keyword) => keyword !== 'QueryRetrieveLevel' && !keyword.startsWith('NumberOf'))
        .map((keyword) => [keyword, attributes.text(keyword as 'StudyDate')])
      if (isWanted) found.set(attributes.text(uniqueKeys[level]), Object.fromEntries(values))
    }
    return peer.answer(level, [...found.values()].map(carried))
  }
  const ask: AskPeer = async ({ content, most, onMatch }) => {
    peer.questions.push(content)
    const matches = matchesOf(content)
    for (const match of matches.slice(0, most)) onMatch(match)
    return { status: peer.statusOf(content.QueryRetrieveLevel as Level), isCut: matches.length > most }
  }
  const push = async (door: Pick<Cache, 'ingest'>, { request, bytes }: TestObject): Promise<boolean> => {
    const writer = door.ingest(request)
    for (let at = 0; at < bytes.length; at += 1000) await writer.write(bytes.subarray(at, at + 1000))
    return (await writer.end()).kind !== 'refused'
  }
  const retrieve = async (
    how: 'get' | 'move',
    { cache: door, signal: _, ...wanted }: Parameters<PeerLink['move']>[1],
  ): Promise<PeerRetrieved> => {
    peer.asked.push({ how, ...wanted })
    const wants = peer.objects.filter((object) => {
      const attributes = attributesOf(object)
      const isOfSeries = attributes.text('SeriesInstanceUID') === wanted.SeriesInstanceUID
      return isOfSeries && (wanted.SOPInstanceUIDs?.includes(attributes.text('SOPInstanceUID')) ?? true)
    })
    const given = peer.give({ how, ...wanted })
    const { objects, ...end } = given ?? {}
    const done: PeerRetrieved = { kind: 'completed', status: 0, failed: 0, warning: 0, error: null }
    let failed = 0
    const target = how === 'move' && peer.isMovingAnonymously ? await cache() : door
    for (const object of objects ?? (given ? [] : wants)) if (!(await push(target, object))) failed += 1
    return failed > 0 ? { ...done, kind: 'incomplete', status: 0xb000, failed } : { ...done, ...end }
  }
  const link: PeerLink = {
    ...nobody,
    query: async (_, __, work) => ({ answer: await work(ask, peer.root) }),
    get: (_, request) => peer.meanwhile(() => retrieve('get', request)),
    move: (_, request) => peer.meanwhile(() => retrieve('move', request)),
  }
  return { peer, link }
}

async function start(objects: readonly TestObject[]) {
  const { peer, link } = scriptedPeer()
  peer.objects = [...objects]
  const test = await testArchive(await cache(), null, { peers: link })
  await test.archive.configure({ name: 'TERRITORY', aeTitle: 'PACS', asksCommitment: false })
  return { ...test, peer }
}

const question: StudySearch = {
  ...{ PatientName: 'Müllerson él', PatientID: '', AccessionNumber: '', ModalitiesInStudy: '' },
  ...{ StudyDateFrom: '', StudyDateTo: '', offset: 0, limit: 2 },
}

describe('a search by C-FIND', () => {
  const studies = (count: number): TestObject[] =>
    Array.from({ length: count }, (_, index) =>
      ctImage({ study: 10_000 + index }, { StudyDate: String(20200101 + index), PatientName: 'MÜLLERSON^Élise' }),
    )

  it('asks in a character set that older archives know, and pages through one answer, newest first', async () => {
    const { archive, peer } = await start(studies(5))
    const pages = []
    for (const offset of [0, 2, 4]) pages.push(await archive.search({ ...question, offset }))
    expect(pages.map(({ more, fault }) => [more, fault])).toEqual([
      [true, null],
      [true, null],
      [false, null],
    ])
    expect(pages.flatMap((page) => page.studies.map(({ StudyDate }) => StudyDate))).toEqual(
      [5, 4, 3, 2, 1].map((day) => `2020010${day}`),
    )
    expect(pages[0]?.studies[0]?.PatientName).toEqual({ Alphabetic: 'MÜLLERSON^Élise' })
    expect(peer.questions).toHaveLength(1)
    expect(peer.questions[0]).toMatchObject({
      ...{ QueryRetrieveLevel: 'STUDY', SpecificCharacterSet: 'ISO_IR 100', PatientName: 'Müllerson*él*' },
      ...{ PatientID: null, StudyDate: null, StudyDescription: null },
    })
    await archive.search({ ...question, PatientName: 'ŁUKASZ' })
    await archive.search({ ...question, PatientName: 'MARTIN', PatientID: 'A\\B', StudyDateFrom: '20200101' })
    expect(peer.questions.slice(1)).toMatchObject([
      { SpecificCharacterSet: 'ISO_IR 192' },
      { PatientID: 'A?B', StudyDate: '20200101-' },
    ])
    expect(peer.questions[2]).not.toHaveProperty('SpecificCharacterSet')
  })

  it('says when there is more than one search takes, and when the archive itself stopped', async () => {
    const { archive, peer } = await start(studies(3))
    const many = Array.from({ length: 600 }, (_, index) => carried({ StudyInstanceUID: `1.2.3.${index}` }))
    peer.answer = () => many
    const last = await archive.search({ ...question, limit: 200, offset: 400 })
    expect(last).toMatchObject({ more: true, fault: 'too-many' })
    expect(last.studies).toHaveLength(100)
    expect(await archive.search({ ...question, limit: 200 })).toMatchObject({ more: true, fault: null })
    peer.answer = (_, matches) => matches
    peer.statusOf = () => 0xa700
    expect(await archive.search({ ...question, limit: 50 })).toMatchObject({ more: true, fault: 'too-many' })
  })

  it('leaves out nothing silently, and what is not of the modality by itself', async () => {
    const { archive, peer } = await start([])
    peer.answer = () => [
      null,
      carried({ PatientName: 'without UID' }),
      carried({ StudyInstanceUID: '1.2.3.1', ModalitiesInStudy: ['CT', 'SR'] }),
      carried({ StudyInstanceUID: '1.2.3.2', ModalitiesInStudy: ['MR'] }),
      carried({ StudyInstanceUID: '1.2.3.3', SpecificCharacterSet: 'ISO_IR 100', PatientName: 'LÉVÊQUE^Zoë' }),
    ]
    const found = await archive.search({ ...question, ModalitiesInStudy: 'CT', limit: 10 })
    expect(found).toMatchObject({ fault: 'nonsense', detail: 'C-FIND: unreadable matches ×2' })
    expect(found.studies.map(({ StudyInstanceUID, PatientName }) => [StudyInstanceUID, PatientName])).toEqual([
      ['1.2.3.1', {}],
      ['1.2.3.3', { Alphabetic: 'LÉVÊQUE^Zoë' }],
    ])
  })

  it('that is refused says what is not accepted', async () => {
    const { archive, peer } = await start([])
    peer.statusOf = () => 0x0124
    expect(await archive.search(question)).toMatchObject({ fault: 'send-only', detail: 'C-FIND status 0124' })
    expect(await archive.status()).toMatchObject({ reachable: 'yes', fault: null })
  })
})

describe('a retrieval by C-GET', () => {
  const retrieve = async (
    objects: readonly TestObject[],
    prepare: (test: Awaited<ReturnType<typeof start>>) => void,
  ) => {
    const test = await start(objects)
    prepare(test)
    await test.archive.retrieve(uidOf(study))
    return test
  }
  const waitFor = (test: Pick<TestArchive, 'archive'>, expected: Partial<Retrieval>) =>
    vi.waitFor(async () => expect((await test.archive.retrievals())[0]).toMatchObject(expected), {
      timeout: 10_000,
      interval: 10,
    })
  const here = async (): Promise<number> =>
    (await (await cache()).listInstanceKeys({ StudyInstanceUID: uidOf(study) })).length

  it('asks for whole series, and by name for what is missing of those that are partly here', async () => {
    const objects = [...images(3), ...images(2, 2)]
    await store(await cache(), objects[0] as TestObject)
    const test = await retrieve(objects, () => undefined)
    await waitFor(test, { state: 'done', expected: 5, received: 5, detail: '' })
    expect(await here()).toBe(5)
    const asked = test.peer.asked.map(({ SeriesInstanceUID, SOPInstanceUIDs }) => [SeriesInstanceUID, SOPInstanceUIDs])
    expect(asked).toEqual([
      [`${uidOf(study)}.1`, [2, 3].map((number) => `${uidOf(study)}.1.${number}`)],
      [`${uidOf(study)}.2`, undefined],
    ])
    expect(test.peer.asked[0]?.storedSOPClassUIDs).toEqual(['1.2.840.10008.5.1.4.1.1.2'])
  })

  it('misses what the archive counts of the study and leaves out of its lists without a word', async () => {
    const test = await retrieve([...images(2), ...images(2, 2)], ({ peer }) => {
      peer.answer = (level, matches) => {
        if (level === 'STUDY') {
          return [carried({ StudyInstanceUID: uidOf(study), NumberOfStudyRelatedInstances: '4' })]
        }
        return level === 'SERIES' ? matches.slice(0, 1) : matches
      }
    })
    await waitFor(test, { state: 'failed', expected: 4, received: 2, detail: '2 of 4 instances missing' })
    const found = await (await cache()).getStudy(uidOf(study))
    expect(found?.study.completeness).toMatchObject({ expected: 4, received: 2 })
  })

  it('counts what comes with a series and is counted of the study alone, its lists being cut without a word', async () => {
    const objects = images(4)
    const test = await retrieve(objects, ({ peer }) => {
      peer.answer = (level, matches) => {
        if (level === 'STUDY') {
          return [carried({ StudyInstanceUID: uidOf(study), NumberOfStudyRelatedInstances: '4' })]
        }
        return level === 'IMAGE' ? matches.slice(0, 2) : matches
      }
    })
    await waitFor(test, { state: 'done', expected: 4, received: 4, detail: '' })
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { retrievalId: 2, state: 'done', expected: 4, received: 4 })
    expect(test.peer.asked).toHaveLength(1)
    // Cut off behind those that are listed: the others are in the series as a whole.
    await test.cache.removeStudy({ StudyInstanceUID: uidOf(study), archive: null })
    for (const object of objects.slice(0, 2)) await store(test.cache, object)
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { retrievalId: 3, state: 'done', expected: 4, received: 4, detail: '' })
    expect(await here()).toBe(4)
  })

  it('believes no count that is no study’s', async () => {
    const test = await retrieve(images(2), ({ peer }) => {
      const counted = { StudyInstanceUID: uidOf(study), NumberOfStudyRelatedInstances: '2000000000' }
      peer.answer = (level, matches) => (level === 'STUDY' ? [carried(counted)] : matches)
    })
    await waitFor(test, { state: 'done', expected: 2, received: 2 })
  })

  it('refuses objects of another study and under another UID, and is not complete by them', async () => {
    const objects = images(3)
    const [first, second] = objects as [TestObject, TestObject, TestObject]
    const stranger = ctImage({ study: 9_000 + study })
    const mislabelled = { request: { ...second.request, SOPInstanceUID: `${uidOf(study)}.1.9` }, bytes: second.bytes }
    const test = await retrieve(objects, ({ peer }) => {
      peer.give = () => ({ objects: [first, stranger, mislabelled] })
    })
    await waitFor(test, { state: 'failed', fault: 'not-handed-over', expected: 3, received: 1 })
    const [{ detail } = { detail: '' }] = await test.archive.retrievals()
    expect(detail).toContain('2 of 3 instances missing')
    expect(detail).toContain('refused: another-study')
    expect(detail).toContain('refused: identifiers-disagree')
    expect(await (await cache()).getStudy(uidOf(9_000 + study))).toBeNull()
    expect(await here()).toBe(1)
  })

  it('tells what came with a warning, and is not complete when less came than is announced', async () => {
    const objects = images(2)
    const test = await retrieve(objects, ({ peer }) => {
      peer.answer = (level, matches) =>
        level === 'SERIES'
          ? [carried({ SeriesInstanceUID: `${uidOf(study)}.1`, NumberOfSeriesRelatedInstances: 3, Modality: 'CT' })]
          : matches
    })
    await waitFor(test, { state: 'failed', expected: 3, received: 2, detail: '1 of 3 instances missing' })
    const { study: row } = (await (await cache()).getStudy(uidOf(study))) ?? {}
    expect(row?.completeness).toMatchObject({ expected: 3, received: 2 })
    test.peer.objects = images(3)
    test.peer.answer = (_, matches) => matches
    test.peer.give = () => ({ objects: images(3).slice(2), status: 0xb000, warning: 1 })
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'done', received: 3, detail: 'C-GET: 1 with a warning ×1' })
  })

  it('is not complete where the list of a series holds what cannot be read or named', async () => {
    const test = await retrieve(images(2), ({ peer }) => {
      peer.answer = (level, matches) =>
        level === 'IMAGE' ? [...matches, null, carried({ SeriesInstanceUID: `${uidOf(study)}.1` })] : matches
    })
    await waitFor(test, { state: 'failed', expected: 4, received: 2, detail: '2 of 4 instances missing' })
    test.peer.answer = (level, matches) =>
      level === 'SERIES' ? [...matches, carried({ StudyInstanceUID: uidOf(study), Modality: 'CT' })] : matches
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'failed', fault: 'nonsense', detail: 'C-FIND: unreadable series ×1' })
  })

  it.each([
    ['in A700', 0xa700],
    ['in a failure', 0xc001],
  ])('asks for the whole of a series whose list ended %s, and misses what it does not give', async (_, status) => {
    const objects = images(3)
    const test = await retrieve(objects, ({ peer }) => {
      peer.answer = (level, matches) => (level === 'IMAGE' ? matches.slice(0, 2) : matches)
      peer.statusOf = (level) => (level === 'IMAGE' ? status : 0)
      peer.give = () => ({ objects: objects.slice(0, 2) })
    })
    await waitFor(test, { state: 'failed', received: 2, detail: '1 of 3 instances missing' })
    expect(test.peer.asked[0]?.SOPInstanceUIDs).toBeUndefined()
    test.peer.give = () => null
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'done', expected: 3, received: 3 })
  })

  it('takes a series whose instances are not listed, and believes only what the archive hands over', async () => {
    const test = await retrieve(images(3), ({ peer }) => {
      peer.statusOf = (level) => (level === 'IMAGE' ? 0xa900 : 0)
      peer.answer = (level, matches) => (level === 'IMAGE' ? [] : matches)
    })
    await waitFor(test, { state: 'done', expected: 3, received: 3 })
    // Without classes told, those of the modality are proposed.
    expect(test.peer.asked[0]?.storedSOPClassUIDs).toContain('1.2.840.10008.5.1.4.1.1.2')
    expect(test.peer.asked[0]?.storedSOPClassUIDs).not.toContain('1.2.840.10008.5.1.4.1.1.4')
    test.peer.give = () => ({ kind: 'refused', status: 0xa702, failed: 3 })
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'failed', fault: 'not-handed-over', expected: null })
  })

  it('asks one by one where a list is not understood, and not for ever', async () => {
    const objects = [...images(3), ...images(30, 2)]
    await store(await cache(), objects[0] as TestObject)
    await store(await cache(), objects[3] as TestObject)
    const none = { kind: 'incomplete', status: 0xb000, failed: 1 } as const
    const test = await retrieve(objects, ({ peer }) => {
      peer.give = ({ SeriesInstanceUID, SOPInstanceUIDs = [] }) =>
        SOPInstanceUIDs.length > 1 || SeriesInstanceUID === `${uidOf(study)}.2` ? none : null
    })
    await waitFor(test, { state: 'failed', fault: 'not-handed-over', expected: 33, received: 4 })
    // One list and two singles of the first series; one list and as many as are asked for in vain of the second.
    expect(test.peer.asked).toHaveLength(3 + 9)
  })

  it('of several series goes on with one association where the archive bears no other', async () => {
    const objects = [1, 2, 3].flatMap((series) => images(2, series))
    const error = new DimseError('rejected', 'rejected', { result: 2, source: 3, reason: 2 })
    let running = 0
    let rejected = 0
    const test = await retrieve(objects, ({ peer }) => {
      peer.meanwhile = async (work) => {
        if (running > 0) {
          rejected += 1
          return { kind: 'interrupted', status: null, failed: 0, warning: 0, error }
        }
        running += 1
        return work().finally(() => {
          running -= 1
        })
      }
    })
    await waitFor(test, { state: 'done', received: 6, detail: '' })
    expect(rejected).toBe(1)
    expect(test.changes.filter((change) => change.kind === 'retrievalChanged' && change.retrieval.fault)).toEqual([])
  })

  it('asks again by name for what did not come, with other classes, and not for what came', async () => {
    const objects = images(3)
    const test = await retrieve(objects, ({ peer }) => {
      peer.answer = (level, matches) =>
        level === 'IMAGE'
          ? [1, 2, 3].map((number) => carried({ SOPInstanceUID: `${uidOf(study)}.1.${number}` }))
          : matches
      peer.give = ({ SOPInstanceUIDs }) =>
        SOPInstanceUIDs ? null : { objects: objects.slice(0, 2), kind: 'incomplete', status: 0xb000, failed: 1 }
    })
    await waitFor(test, { state: 'done', received: 3 })
    expect(test.peer.asked.map(({ SOPInstanceUIDs }) => SOPInstanceUIDs)).toEqual([undefined, [`${uidOf(study)}.1.3`]])
    expect(test.peer.asked[1]?.storedSOPClassUIDs).not.toEqual(test.peer.asked[0]?.storedSOPClassUIDs)
  })

  it('goes over to C-MOVE where C-GET is accepted and then not performed', async () => {
    const test = await retrieve(images(2), ({ peer }) => {
      peer.give = ({ how }) => (how === 'get' ? { kind: 'refused', status: 0x0211 } : null)
    })
    await waitFor(test, { state: 'done', received: 2 })
    expect(test.peer.asked.map(({ how }) => how)).toEqual(['get', 'move'])
  })

  it('counts what a C-MOVE brings that does not say whom it is for, and asks for nothing twice', async () => {
    const error = new DimseError('context-not-accepted', 'The operation was not accepted')
    const test = await retrieve([...images(3), ...images(2, 2)], ({ peer }) => {
      peer.isMovingAnonymously = true
      peer.give = ({ how }) => (how === 'get' ? { kind: 'interrupted', status: null, error } : null)
    })
    await waitFor(test, { state: 'done', expected: 5, received: 5, detail: '' })
    expect(test.peer.asked.filter(({ how }) => how === 'move')).toHaveLength(2)
  })

  it('goes over to C-MOVE where C-GET is not offered, and says when neither is', async () => {
    const objects = [...images(2), ...images(2, 2)]
    const error = new DimseError('context-not-accepted', 'The operation was not accepted')
    const refused = { kind: 'interrupted', status: null, error } as const
    const test = await retrieve(objects, ({ peer }) => {
      peer.give = ({ how }) => (how === 'get' ? refused : null)
    })
    await waitFor(test, { state: 'done', received: 4 })
    expect(test.peer.asked.map(({ how }) => how)).toEqual(['get', 'get', 'move', 'move'])
    const neither = await start(images(1))
    neither.peer.give = () => refused
    study += 1
    neither.peer.objects = images(1)
    await neither.archive.retrieve(uidOf(study))
    await waitFor(neither, { state: 'failed', fault: 'send-only' })
    expect((await neither.archive.retrievals())[0]?.detail).toContain('C-MOVE: no accepted presentation context')
  })
})

describe('an archive that is asked whether it still holds a study', () => {
  /** Retrieved from it, all of it. */
  const startHeld = async (count: number) => {
    const objects = images(count)
    const test = await start(objects)
    for (const { request, bytes } of objects) {
      const from = { ...request, origin: 'retrieved' as const, archive: test.archive.givesBack() }
      await store(test.cache, { request: from, bytes })
    }
    return { ...test, objects }
  }
  type Held = Awaited<ReturnType<typeof startHeld>>
  const confirm = ({ archive }: Held) => archive.confirm(uidOf(study), new AbortController().signal)
  const unproven = async ({ archive, cache }: Held): Promise<string[]> =>
    (await cache.listInstances(uidOf(study), archive.givesBack()))
      .filter(({ isArchived }) => !isArchived)
      .map(({ SOPInstanceUID }) => SOPInstanceUID)

  it('is believed that it lacks what it neither lists nor finds by its unique keys', async () => {
    const test = await startHeld(3)
    expect(await confirm(test)).toBe('held')
    test.peer.objects.splice(1, 1)
    expect(await confirm(test)).toBe('lost')
    expect(await unproven(test)).toEqual([`${uidOf(study)}.1.2`])
    expect(test.peer.questions.at(-1)).toEqual({
      ...{ QueryRetrieveLevel: 'IMAGE', StudyInstanceUID: uidOf(study), SeriesInstanceUID: `${uidOf(study)}.1` },
      SOPInstanceUID: `${uidOf(study)}.1.2`,
    })
  })

  it('is believed that it lacks all of it where it answers and lists nothing', async () => {
    const test = await startHeld(2)
    test.peer.objects = []
    expect(await confirm(test)).toBe('lost')
    expect(await unproven(test)).toHaveLength(2)
  })

  const unsaid: [string, (test: Held) => void][] = [
    [
      'lists none of its instances and answers no question by name',
      ({ peer }) => {
        peer.statusOf = (level) => (level === 'IMAGE' ? 0xa900 : 0)
        peer.answer = (level, matches) => (level === 'IMAGE' ? [] : matches)
      },
    ],
    [
      'gives matches that cannot be read',
      ({ peer }) => {
        peer.answer = (level, matches) => (level === 'IMAGE' ? [null] : matches)
      },
    ],
    [
      'has the study under another PatientID, in the patient root',
      ({ peer }) => {
        peer.root = 'patient'
        peer.objects = [1, 2].map((instance) => ctImage({ study, instance }, { PatientID: 'CORRECTED' }))
      },
    ],
  ]
  it.each(unsaid)('and %s takes no proof away', async (_, change) => {
    const test = await startHeld(2)
    change(test)
    expect(await confirm(test)).toBe('unclear')
    expect(await unproven(test)).toEqual([])
  })

  it('is asked in the patient root under the PatientID that is here', async () => {
    const test = await startHeld(2)
    test.peer.root = 'patient'
    expect(await confirm(test)).toBe('held')
    test.peer.objects.pop()
    expect(await confirm(test)).toBe('lost')
    expect(await unproven(test)).toEqual([`${uidOf(study)}.1.2`])
    expect(test.peer.questions.at(-1)).toMatchObject({ PatientID: `PAT${study}` })
  })
})

describe('an archive that offers the patient root alone', () => {
  const ofPatient = (number: number, patient: string): TestObject =>
    ctImage({ study: 20_000 + number }, { PatientID: patient, PatientName: `NAME^${patient}`, StudyDate: '20200101' })
  const search = { ...question, PatientName: '', limit: 50 }
  /** Below the patient it answers for one alone, and of the patient it tells nothing there but the PatientID. */
  const strict = ({ peer }: Awaited<ReturnType<typeof start>>) => {
    peer.root = 'patient'
    const isWhole = () => {
      const { QueryRetrieveLevel, PatientID } = peer.questions.at(-1) ?? {}
      return QueryRetrieveLevel === 'PATIENT' || Boolean(PatientID)
    }
    peer.statusOf = () => (isWhole() ? 0 : 0xa900)
    peer.answer = (_, matches) => (isWhole() ? matches : [])
  }

  it('is asked for patients first, then for the studies of each', async () => {
    const test = await start([ofPatient(1, 'A'), ofPatient(2, 'A'), ofPatient(3, 'B')])
    strict(test)
    const found = await test.archive.search({ ...search, PatientName: 'name', StudyDateFrom: '20200101' })
    expect(found).toMatchObject({ fault: null, more: false })
    expect(
      found.studies.map(({ StudyInstanceUID, PatientID, PatientName }) => [StudyInstanceUID, PatientID, PatientName]),
    ).toEqual([
      [uidOf(20_001), 'A', { Alphabetic: 'NAME^A' }],
      [uidOf(20_002), 'A', { Alphabetic: 'NAME^A' }],
      [uidOf(20_003), 'B', { Alphabetic: 'NAME^B' }],
    ])
    const [patients, ...studies] = test.peer.questions
    expect(patients).toMatchObject({ QueryRetrieveLevel: 'PATIENT', PatientName: 'name*', PatientID: null })
    expect(patients).not.toHaveProperty('StudyDate')
    expect(studies).toMatchObject([
      { QueryRetrieveLevel: 'STUDY', PatientID: 'A', StudyDate: '20200101-' },
      { QueryRetrieveLevel: 'STUDY', PatientID: 'B', StudyDate: '20200101-' },
    ])
    expect(studies[0]).not.toHaveProperty('PatientName')
  })

  it('that refuses the studies of one patient tells those of the others, and that there is something missing', async () => {
    const test = await start([ofPatient(1, 'A'), ofPatient(2, 'B')])
    strict(test)
    const { statusOf } = test.peer
    test.peer.statusOf = (level) => (test.peer.questions.at(-1)?.PatientID === 'A' ? 0xa900 : statusOf(level))
    test.peer.answer = (_, matches) => (test.peer.questions.at(-1)?.PatientID === 'A' ? [] : matches)
    const found = await test.archive.search({ ...search, PatientName: 'name' })
    expect(found).toMatchObject({ fault: 'nonsense', detail: 'C-FIND: unreadable matches ×1' })
    expect(found.studies.map(({ PatientID }) => PatientID)).toEqual(['B'])
    test.peer.statusOf = (level) => (level === 'STUDY' ? 0xa900 : 0)
    expect(await test.archive.search({ ...search, PatientName: 'name' })).toMatchObject({
      fault: 'refused',
      studies: [],
    })
  })

  it('is asked for all patients where nothing of the patient is known and it answers for none', async () => {
    const test = await start([ofPatient(1, 'A'), ofPatient(3, 'B')])
    strict(test)
    const found = await test.archive.search({ ...search, StudyDateFrom: '20200101' })
    expect(found.studies.map(({ PatientID }) => PatientID)).toEqual(['A', 'B'])
    expect(test.peer.questions.map(({ QueryRetrieveLevel }) => QueryRetrieveLevel)).toEqual([
      ...['STUDY', 'PATIENT', 'STUDY', 'STUDY'],
    ])
  })

  it('is told of neither patient where two have one PatientID', async () => {
    const test = await start([ofPatient(1, 'A')])
    strict(test)
    const { answer } = test.peer
    test.peer.answer = (level, matches) =>
      level === 'PATIENT'
        ? ['NAME^ONE', 'NAME^TWO'].map((PatientName) => carried({ PatientID: 'A', PatientName }))
        : answer(level, matches).map(() => carried({ StudyInstanceUID: uidOf(20_001), PatientID: 'A' }))
    const { studies } = await test.archive.search({ ...search, PatientID: 'A' })
    expect(studies).toMatchObject([{ StudyInstanceUID: uidOf(20_001), PatientID: 'A', PatientName: {} }])
  })

  it('that refuses the PatientID under which a study is here is asked without one', async () => {
    study += 1
    const [object] = [ctImage({ study }, { PatientID: 'A' })]
    const test = await start([object, ctImage({ study, instance: 2 }, { PatientID: 'A' })])
    test.peer.root = 'patient'
    test.peer.statusOf = (level) => (level === 'STUDY' && test.peer.questions.at(-1)?.PatientID ? 0xa900 : 0)
    await store(test.cache, object)
    await test.archive.retrieve(uidOf(study))
    await vi.waitFor(async () => expect((await test.archive.retrievals())[0]).toMatchObject({ state: 'done' }), {
      ...{ timeout: 10_000, interval: 10 },
    })
  })

  it('is listed and asked for objects under the PatientID, from the search or from what is here', async () => {
    for (const isHere of [false, true]) {
      study += 1
      const objects = [1, 2].map((instance) => ctImage({ study, instance }, { PatientID: 'A' }))
      const test = await start(objects)
      strict(test)
      if (isHere) await store(test.cache, objects[0] as TestObject)
      else await test.archive.search({ ...search, PatientID: 'A' })
      test.peer.questions = []
      await test.archive.retrieve(uidOf(study))
      await vi.waitFor(
        async () => expect((await test.archive.retrievals())[0]).toMatchObject({ state: 'done', received: 2 }),
        { timeout: 10_000, interval: 10 },
      )
      expect(test.peer.questions.map(({ QueryRetrieveLevel, PatientID }) => [QueryRetrieveLevel, PatientID])).toEqual([
        ['STUDY', 'A'],
        ['SERIES', 'A'],
        ['IMAGE', 'A'],
      ])
      expect(test.peer.asked).toMatchObject([{ PatientID: 'A' }])
    }
  })
})
