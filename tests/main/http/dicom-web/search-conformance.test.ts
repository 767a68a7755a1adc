/** QIDO-RS held against PS3.18 §8.3.4 and §10.6, requirement by requirement, on a real index. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenedCache, openCache } from '../../../../main/cache/open-cache.ts'
import { elements, type Keyword } from '../../../../main/dicom/elements.ts'
import { ctImage, dataSet, STATION_KEY, store, type Values } from '../../cache/data-sets.ts'
import { silent } from '../../cache/test-cache.ts'
import { startTestServer, type TestServer } from '../test-server.ts'

type Json = Record<string, { vr: string; Value?: unknown[] }>

const ROOT = '1.2.826.0.1.77'
const tag = (keyword: Keyword) => elements[keyword].tag.toString(16).toUpperCase().padStart(8, '0')

/** One item of the sequence of orders. */
function order(values: Values): Uint8Array {
  const item = dataSet(values)
  const header = Buffer.from('feff00e000000000', 'hex')
  header.writeUInt32LE(item.length, 4)
  return Buffer.concat([header, item])
}

const dataFolder = mkdtempSync(join(tmpdir(), 'astreinte-search-'))
let cache: OpenedCache
let server: TestServer
beforeAll(async () => {
  cache = await openCache({ stationKey: STATION_KEY, log: silent, reserveBytes: 0, dataFolder })
  const orders = order({ ScheduledProcedureStepID: 'STEP7', RequestedProcedureID: 'PROC7' })
  const first: Values = {
    ...{ StudyDate: '20260110', StudyTime: '093000.25', StudyID: 'S1', ReferringPhysicianName: 'HOUSE^Grégory' },
    ...{ PatientName: 'MARTIN^Élise', TimezoneOffsetFromUTC: '+0200', RequestAttributesSequence: orders },
    ...{ PerformedProcedureStepStartDate: '20260110', PerformedProcedureStepStartTime: '094500' },
  }
  const second: Values = { StudyDate: '20260112', StudyTime: '1745', PatientName: 'Martinez^Luc', StudyID: '' }
  const third: Values = {
    StudyDate: '',
    StudyTime: '',
    PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
    SeriesDescription: '',
  }
  await store(cache, ctImage({ study: 1 }, first))
  await store(cache, ctImage({ study: 1, instance: 2 }, first))
  await store(cache, ctImage({ study: 1, series: 2 }, { ...first, Modality: 'MR', RequestAttributesSequence: '' }))
  await store(cache, ctImage({ study: 2 }, second))
  await store(cache, ctImage({ study: 3 }, third))
  server = await startTestServer({ cache })
})
afterAll(async () => {
  await server?.close()
  await cache?.close()
  rmSync(dataFolder, { recursive: true, force: true })
})

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  server.ask(`/dicom-web${path}`, { headers, method })
const found = async (path: string): Promise<Json[]> => {
  const answer = await ask(path)
  if (answer.status === 204) return []
  expect([path, answer.status]).toEqual([path, 200])
  return (await answer.json()) as Json[]
}
const value = (json: Json | undefined, keyword: Keyword) => json?.[tag(keyword)]?.Value?.[0]
/** The last numbers of the UIDs of what was found, in order: `study.series.instance`. */
const places = async (path: string): Promise<string[]> =>
  (await found(path)).map((each) => {
    const uid = value(each, 'SOPInstanceUID') ?? value(each, 'SeriesInstanceUID') ?? value(each, 'StudyInstanceUID')
    return String(uid).slice(ROOT.length + 1)
  })

/** Every resource of Table 10.6.1-1, and what is below it. */
const resources: [string, string[]][] = [
  ['/studies', ['1', '2', '3']],
  ['/series', ['1.1', '1.2', '2.1', '3.1']],
  ['/instances', ['1.1.1', '1.1.2', '1.2.1', '2.1.1', '3.1.1']],
  [`/studies/${ROOT}.1/series`, ['1.1', '1.2']],
  [`/studies/${ROOT}.1/instances`, ['1.1.1', '1.1.2', '1.2.1']],
  [`/studies/${ROOT}.1/series/${ROOT}.1.1/instances`, ['1.1.1', '1.1.2']],
]

/** Matching by each required attribute (Table 10.6.1-5), in each way that C-FIND has for it (PS3.4 §C.2.2.2). */
const studyMatches: [string, string][] = [
  ['', '123'],
  ['PatientID=', '123'],
  ['PatientID=PAT2', '2'],
  ['00100020=PAT2', '2'],
  ['PatientID=PAT%3F', '123'],
  ['PatientID=PAT*', '123'],
  ['PatientID=pat2', ''],
  ['PatientName=MARTIN%5E%C3%89lise', '1'],
  ['PatientName=martin%5Eelise', '1'],
  ['PatientName=MARTIN*', '12'],
  ['PatientName=MARTIN', ''],
  ['PatientName=%E5%B1%B1%E7%94%B0*', '3'],
  // Each component group is a name of its own.
  ['PatientName=%E5%B1%B1%E7%94%B0%5E%E5%A4%AA%E9%83%8E', '3'],
  ['PatientName=%E3%82%84%E3%81%BE%E3%81%A0%5E*', '3'],
  ['PatientName=yamada%5Etarou', '3'],
  ['PatientName=MARTIN%5EElise%5E%5E', '1'],
  ['PatientName=M%3FRTIN%5E*', '1'],
  ['ReferringPhysicianName=HOUSE*', '1'],
  ['ReferringPhysicianName=house%5Egregory', '1'],
  ['ReferringPhysicianName=Gr%C3%A9gory', ''],
  ['ReferringPhysicianName=*', '123'],
  // Padding says nothing (PS3.5 §6.2).
  ['PatientID=PAT2%20', '2'],
  ['PatientID=%20PAT2', '2'],
  ['PatientID=%20', '123'],
  ['PatientName=%20martin%5Eelise%20', '1'],
  ['StudyDescription=TDM*', '123'],
  ['StudyDescription=tdm*', ''],
  ['PatientBirthDate=19510203', '123'],
  ['PatientBirthDate=-19501231', ''],
  ['PatientSex=F', '123'],
  ['ModalitiesInStudy=M*', '1'],
  ['00080061=US%5CMR', '1'],
  ['ModalitiesInStudy=US&ModalitiesInStudy=MR', '1'],
  ['AccessionNumber=ACC1,ACC2', ''],
  ['AccessionNumber=ACC1', '1'],
  ['StudyID=S1', '1'],
  [`StudyInstanceUID=${ROOT}.2`, '2'],
  [`StudyInstanceUID=${ROOT}.1,${ROOT}.3`, '13'],
  [`StudyInstanceUID=${ROOT}.1%5C${ROOT}.3`, '13'],
  [`0020000d=${ROOT}.2`, '2'],
  ['StudyInstanceUID=', '123'],
  [`StudyInstanceUID=${ROOT}.1,*`, '123'],
  ['StudyInstanceUID=*', '123'],
  ['ModalitiesInStudy=*,MR', '123'],
  [`StudyInstanceUID=${ROOT}.1,,%20${ROOT}.2,`, '12'],
  ['ModalitiesInStudy=MR', '1'],
  ['ModalitiesInStudy=CT', '123'],
  ['ModalitiesInStudy=US,MR', '1'],
  ['StudyDate=20260110', '1'],
  ['StudyDate=2026.01.10', '1'],
  ['StudyDate=20260110-20260111', '1'],
  ['StudyDate=20260111-', '2'],
  ['StudyDate=-20260111', '1'],
  ['StudyDate=', '123'],
  ['StudyTime=17', '2'],
  ['StudyTime=1745', '2'],
  ['StudyTime=0930', '1'],
  ['StudyTime=093000', '1'],
  ['StudyTime=09:30:00', '1'],
  ['StudyTime=0900-0930', '1'],
  ['StudyTime=1000-', '2'],
  ['StudyTime=-1000', '1'],
  // From a moment to a moment (§8.3.4.1.1): each date alone and each time alone would say something else.
  ['StudyDate=20260110-20260112&StudyTime=0800-1000', '1'],
  ['StudyDate=20260110-20260112&StudyTime=1000-1800', '2'],
  ['StudyDate=20260109-20260112&StudyTime=1800-0800', '1'],
  ['StudyDate=20260110-20260112&StudyTime=1000-0800', ''],
  ['StudyDate=20260110-&StudyTime=1000-', '2'],
  ['StudyDate=-20260112&StudyTime=-1800', '12'],
  ['StudyDate=-20260112&StudyTime=-1000', '1'],
  // Where a moment has no day, its time is one of any day.
  ['StudyDate=20260110-&StudyTime=-1000', '1'],
  ['StudyDate=-20260112&StudyTime=1000-', '2'],
  ['StudyTime=0930-0930', '1'],
  ['StudyDate=20260110&StudyTime=0900-1000', '1'],
  ['PatientID=PAT1&StudyDate=20260112', ''],
  ['charset=utf-8', '123'],
  ['charset=iso-8859-1,UTF-8;q=0.5', '123'],
  ['accept=application/dicom%2Bjson', '123'],
  ['fuzzymatching=false&emptyvaluematching=false&multiplevaluematching=false', '123'],
]

const seriesMatches: [string, string[]][] = [
  ['Modality=MR', ['1.2']],
  [`SeriesInstanceUID=${ROOT}.1.2,${ROOT}.3.1`, ['1.2', '3.1']],
  ['SeriesNumber=2', ['1.2']],
  ['SeriesNumber=02', ['1.2']],
  ['PerformedProcedureStepStartDate=20260110-20260110', ['1.1', '1.2']],
  ['PerformedProcedureStepStartTime=0945', ['1.1', '1.2']],
  ['RequestAttributesSequence.ScheduledProcedureStepID=STEP7', ['1.1']],
  ['00400275.00400009=STEP*', ['1.1']],
  ['RequestAttributesSequence.00401001=PROC7', ['1.1']],
  ['00400275.RequestedProcedureID=PROC8', []],
  ['PatientID=PAT1&Modality=CT', ['1.1']],
]

const instanceMatches: [string, string[]][] = [
  ['SOPClassUID=1.2.840.10008.5.1.4.1.1.2&PatientID=PAT1', ['1.1.1', '1.1.2', '1.2.1']],
  [`SOPInstanceUID=${ROOT}.1.1.2,${ROOT}.2.1.1`, ['1.1.2', '2.1.1']],
  ['InstanceNumber=2', ['1.1.2']],
  ['Modality=MR', ['1.2.1']],
  ['RequestAttributesSequence.ScheduledProcedureStepID=STEP7', ['1.1.1', '1.1.2']],
]

/** What is answered 400, and why. */
const refused: [string, string][] = [
  ['Nonsense=1', 'unsupported-attribute'],
  ['Modality=CT', 'unsupported-attribute'],
  ['SOPInstanceUID=1.2', 'unsupported-attribute'],
  ['patientid=1', 'unsupported-attribute'],
  ['PatientID=1&00100020=2', 'repeated-attribute'],
  ['PatientID=1&PatientID=2', 'repeated-attribute'],
  ['StudyInstanceUID=abc', 'bad-uid'],
  ['StudyInstanceUID=,', 'empty-list'],
  ['ModalitiesInStudy=%5C', 'empty-list'],
  ['StudyInstanceUID=1.2.*', 'bad-uid'],
  ['StudyDate=20261301', 'bad-date-or-time'],
  ['StudyDate=20260230', 'bad-date-or-time'],
  ['StudyDate=2026*', 'bad-date-or-time'],
  ['StudyDate=-', 'bad-date-or-time'],
  ['StudyDate=20260101-20260102-20260103', 'bad-date-or-time'],
  ['StudyTime=2560', 'bad-date-or-time'],
  ['limit=-1', 'bad-limit'],
  ['limit=1&limit=2', 'bad-limit'],
  ['offset=1.5', 'bad-offset'],
  ['fuzzymatching=maybe', 'bad-fuzzymatching'],
  ['emptyvaluematching=1', 'bad-emptyvaluematching'],
  ['includefield=no-name', 'bad-includefield'],
  ['charset=iso-8859-1', 'bad-charset'],
  ['PatientName=%E9lise', 'bad-encoding'],
  ['PatientName=%C3%A9lise%', 'bad-encoding'],
  ['PatientName=%00', 'bad-encoding'],
]

/** Attributes that are always there (types R and U), and those that are there because they are known (type C). */
const required: Record<string, Keyword[]> = {
  study: [
    ...(['StudyDate', 'StudyTime', 'AccessionNumber', 'ModalitiesInStudy', 'ReferringPhysicianName'] as const),
    ...(['PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'StudyInstanceUID', 'StudyID'] as const),
    ...(['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances'] as const),
  ],
  series: ['Modality', 'SeriesInstanceUID', 'SeriesNumber', 'NumberOfSeriesRelatedInstances'],
  instance: ['SOPClassUID', 'SOPInstanceUID', 'InstanceNumber'],
}
const known: Record<string, Keyword[]> = {
  study: ['InstanceAvailability', 'RetrieveURL'],
  series: ['SeriesDescription', 'RetrieveURL'],
  instance: ['InstanceAvailability', 'RetrieveURL', 'Rows', 'Columns', 'BitsAllocated'],
}
/** Which tables apply to a resource (§10.6.3.3). */
const tables: [string, string[]][] = [
  ['/studies', ['study']],
  ['/series', ['study', 'series']],
  ['/instances', ['study', 'series', 'instance']],
  [`/studies/${ROOT}.1/series`, ['series']],
  [`/studies/${ROOT}.1/instances`, ['series', 'instance']],
  [`/studies/${ROOT}.1/series/${ROOT}.1.1/instances`, ['instance']],
]

describe('searching by the standard', () => {
  it('finds what is below each resource', async () => {
    for (const [path, expected] of resources) expect([path, (await places(path)).sort()]).toEqual([path, expected])
  })

  it('matches studies', async () => {
    for (const [query, expected] of studyMatches) {
      expect([query, (await places(`/studies?${query}`)).sort().join('')]).toEqual([query, expected])
    }
  })

  it('matches series and instances, also by what is above them', async () => {
    for (const [query, expected] of seriesMatches) {
      expect([query, (await places(`/series?${query}`)).sort()]).toEqual([query, expected])
    }
    for (const [query, expected] of instanceMatches) {
      expect([query, (await places(`/instances?${query}`)).sort()]).toEqual([query, expected])
    }
    const study = `/studies/${ROOT}.1`
    expect(await places(`${study}/series?StudyInstanceUID=${ROOT}.1,${ROOT}.2&Modality=MR`)).toEqual(['1.2'])
    expect(await places(`${study}/series?StudyInstanceUID=${ROOT}.2`)).toEqual([])
    expect(await places(`${study}/instances?SeriesInstanceUID=${ROOT}.1.2`)).toEqual(['1.2.1'])
  })

  it('says why it does not search', async () => {
    for (const [query, code] of refused) {
      const answer = await ask(`/studies?${query}`)
      expect([query, answer.status, await answer.json()]).toEqual([query, 400, { code }])
    }
    const answer = await ask('/series?SeriesNumber=two')
    expect([answer.status, await answer.json()]).toEqual([400, { code: 'bad-number' }])
  })

  it('gives the attributes of its tables, the conditional ones where they are known', async () => {
    for (const [path, levels] of tables) {
      const results = await found(path)
      for (const keyword of levels.flatMap((level) => required[level] ?? [])) {
        expect([path, keyword, results.every((each) => tag(keyword) in each)]).toEqual([path, keyword, true])
      }
      const [first] = results.filter((each) => JSON.stringify(each).includes(`${ROOT}.1`))
      for (const keyword of [...levels.flatMap((level) => known[level] ?? []), 'TimezoneOffsetFromUTC' as const]) {
        expect([path, keyword, value(first, keyword)]).toEqual([path, keyword, expect.anything()])
      }
    }
    const [third] = await found('/series?PatientID=PAT3')
    const absent = ['TimezoneOffsetFromUTC', 'SeriesDescription', 'RequestAttributesSequence'] as const
    expect(absent.filter((keyword) => tag(keyword) in (third ?? {}))).toEqual([])
    // What is required and unknown is there without value.
    expect(third?.[tag('StudyDate')]).toEqual({ vr: 'DA' })
  })

  it('gives numbers, names, sequences and addresses in the forms of the JSON model', async () => {
    const [series] = await found(`/series?SeriesInstanceUID=${ROOT}.1.1`)
    expect(value(series, 'PatientName')).toEqual({ Alphabetic: 'MARTIN^Élise' })
    expect(series?.[tag('NumberOfStudyRelatedInstances')]).toEqual({ vr: 'IS', Value: [3] })
    expect(series?.[tag('ModalitiesInStudy')]).toEqual({ vr: 'CS', Value: ['CT', 'MR'] })
    expect(value(series, 'RequestAttributesSequence')).toMatchObject({
      [tag('ScheduledProcedureStepID')]: { vr: 'SH', Value: ['STEP7'] },
      [tag('RequestedProcedureID')]: { vr: 'SH', Value: ['PROC7'] },
    })
    const address = String(value(series, 'RetrieveURL'))
    expect((await fetch(address, { headers: { cookie: server.cookie } })).status).toBe(200)
    expect(Object.keys(series ?? {})).toEqual(Object.keys(series ?? {}).toSorted())
  })

  it('gives what is asked for beside, of the level and above it', async () => {
    const tags = async (query: string) => Object.keys((await found(query))[0] ?? {})
    const series = `/studies/${ROOT}.1/series`
    const plain = await tags(series)
    const asked = ['StudyDescription', 'PatientName'] as const
    for (const query of [
      'includefield=StudyDescription,PatientName',
      'includefield=00081030&includefield=00100010',
      'includefield=StudyDescription&includefield=00100010,Rows,FooBar,00091001',
    ]) {
      expect([query, await tags(`${series}?${query}`)]).toEqual([query, [...plain, ...asked.map(tag)].toSorted()])
    }
    const all = await tags(`${series}?includefield=all`)
    expect(all).toEqual(expect.arrayContaining([...plain, ...asked.map(tag), tag('BodyPartExamined')]))
    expect(all).not.toContain(tag('Rows'))
    expect(await tags(`${series}?PatientID=PAT1`)).toContain(tag('PatientID'))
    const [instance] = await found(`/studies/${ROOT}.1/instances?includefield=all`)
    expect(value(instance, 'Rows')).toBe(64)
  })

  it('gives each match once, in one order, and says when there are more', async () => {
    for (const [path, expected] of resources) {
      const paged: string[] = []
      for (let offset = 0; offset < expected.length; offset += 2) {
        const query = `${path}?limit=2&offset=${offset}`
        const { headers } = await ask(query)
        const remaining = expected.length - offset - 2
        const warning = `299 Astreinte "There are ${remaining} additional results that can be requested"`
        expect([query, headers.get('warning')]).toEqual([query, remaining > 0 ? warning : null])
        paged.push(...(await places(query)))
      }
      expect([path, paged]).toEqual([path, await places(path)])
      for (const method of ['GET', 'HEAD']) {
        const beyond = await ask(`${path}?offset=${expected.length}`, {}, method)
        expect([beyond.status, beyond.headers.get('content-length')]).toEqual([204, null])
      }
    }
    const none = await ask('/studies?limit=0')
    expect([none.status, none.headers.get('warning')]).toEqual([204, expect.stringContaining('3 additional')])
  })

  it('goes on without the ways of matching that it does not have, and says so', async () => {
    for (const mode of ['fuzzymatching', 'emptyvaluematching', 'multiplevaluematching']) {
      const answer = await ask(`/studies?PatientName=MARTIN*&${mode}=true`)
      expect([mode, answer.status, ((await answer.json()) as Json[]).length]).toEqual([mode, 200, 2])
      expect(answer.headers.get('warning')).toMatch(new RegExp(`^299 \\S+ "The ${mode} parameter is not supported\\.`))
    }
  })

  it('gives the media type that the client takes, or none', async () => {
    const types: [string, number, string | null][] = [
      ['*/*', 200, 'application/dicom+json'],
      ['application/*', 200, 'application/dicom+json'],
      ['application/dicom+json', 200, 'application/dicom+json'],
      ['application/dicom+json; charset=utf-8', 200, 'application/dicom+json'],
      ['application/json', 200, 'application/json'],
      ['application/json;q=0.5, application/dicom+json;q=0.4', 200, 'application/json'],
      ['*/*, application/dicom+json;q=0', 200, 'application/json'],
      ['multipart/related; type="application/dicom+xml", application/dicom+json;q=0.1', 200, 'application/dicom+json'],
      ['multipart/related; type="application/dicom+xml"', 406, null],
      ['application/dicom+xml', 406, null],
      ['application/dicom+json;q=0', 406, null],
      ['text/html', 406, null],
    ]
    for (const [accept, status, type] of types) {
      const answer = await ask('/studies', { accept })
      const given = status === 200 ? answer.headers.get('content-type') : null
      expect([accept, answer.status, given]).toEqual([accept, status, type])
      if (status === 200) expect(JSON.stringify(await answer.json())).toContain('MARTIN^Élise')
    }
  })
})
