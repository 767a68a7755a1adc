/** What a hostile, broken or unlucky network does to a whole station: a status, a reason with words, and nothing lost. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ScuAssociation, type StoreInput, verifyPeer } from '../../main/dimse/index.ts'
import { DimsePeer } from '../helpers/dimse-peer.ts'
import { associateRequest, dataFragment, storeRequest } from '../helpers/pdu-fixtures.ts'
import { CT_IMAGE_STORAGE, ctImage, EXPLICIT_LITTLE_ENDIAN, type TestObject } from './cache/data-sets.ts'
import { packFiles } from './cache/test-cache.ts'
import { type RunningStation, runStation, temporaryFolder } from './running-station.ts'

const words = ['fr', 'en'].map((language) => {
  const path = join(import.meta.dirname, '../../resources/locales', language, 'problems.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { reason: Record<string, string> }).reason
})

let place: ReturnType<typeof temporaryFolder>
let target: RunningStation
let log: string[]
beforeEach(async () => {
  place = temporaryFolder()
  log = []
  const lines = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) })
  target = await runStation(place, { log: lines })
})
afterEach(async () => {
  await target.close()
  place.remove()
})

const port = (): number => target.station.receiver?.port ?? 0
const peer = () => ({ host: '127.0.0.1', port: port(), calledAETitle: 'ASTREINTE', callingAETitle: 'CT1' })

const inputOf = ({ request, bytes }: TestObject): StoreInput => ({ ...request, dataSet: [bytes] })

/** Sends objects on one association; their statuses. */
async function send(objects: readonly TestObject[], abstractSyntax = CT_IMAGE_STORAGE): Promise<number[]> {
  const contexts = [{ abstractSyntax, transferSyntax: EXPLICIT_LITTLE_ENDIAN }]
  const association = await ScuAssociation.open({ ...peer(), contexts })
  const statuses: number[] = []
  try {
    for (const object of objects) statuses.push((await association.store(inputOf(object))).status)
  } finally {
    await association.release()
  }
  return statuses
}

/** The history once it has `count` entries; each of its reasons has words in both languages. */
async function history(count: number) {
  await expect.poll(async () => (await target.client.station.receiverHistory.query({})).length).toBe(count)
  const events = await target.client.station.receiverHistory.query({})
  for (const { code } of events.flatMap(({ reasons }) => reasons))
    expect(
      words.map((reason) => typeof reason[code]),
      code,
    ).toEqual(['string', 'string'])
  return events
}
const reasonsOf = async (count: number) => (await history(count)).map(({ reasons }) => reasons.map(({ code }) => code))

const study = (number = 1) => target.client.studies.get.query({ StudyInstanceUID: `1.2.826.0.1.77.${number}` })
const search = async (query: string) => {
  const answer = await target.ask(`/dicom-web/studies?${query}`)
  return answer.status === 204 ? [] : ((await answer.json()) as Record<string, { Value?: unknown[] }>[])
}
const file = (number = 1, instance = 1) =>
  target.ask(
    `/dicom-web/studies/1.2.826.0.1.77.${number}/series/1.2.826.0.1.77.${number}.1/instances/1.2.826.0.1.77.${number}.1.${instance}`,
    { headers: { accept: 'application/dicom' } },
  )
const frame = (number: number) =>
  target.ask(
    `/dicom-web/studies/1.2.826.0.1.77.${number}/series/1.2.826.0.1.77.${number}.1/instances/1.2.826.0.1.77.${number}.1.1/frames/1`,
    { headers: { accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*' } },
  )
const hasBytes = async (answer: Response, bytes: Buffer) => Buffer.from(await answer.arrayBuffer()).includes(bytes)

describe('on the DICOM port', () => {
  const strangers: [string, Buffer, string][] = [
    ['garbage', Buffer.from('DOE^JANE was here, and more of it'), 'not-dicom'],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'http-on-dicom-port'],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex'), 'tls-on-plain-port'],
  ]
  it.each(strangers)('%s is told for what it is, and harms nobody', async (_, bytes, reason) => {
    const stranger = await DimsePeer.connect(port())
    stranger.send(bytes)
    await stranger.closed()
    expect(await reasonsOf(1)).toEqual([[reason]])
    expect(await verifyPeer(peer())).toBe(0)
    expect(log.join('')).not.toContain('DOE^JANE')
  })

  it('an association that is cut in its request, and one inside an object, leave nothing', async () => {
    const half = await DimsePeer.connect(port())
    half.send(associateRequest.subarray(0, 100))
    half.destroy()
    expect(await reasonsOf(1)).toEqual([['cut-pdu']])
    const inside = await DimsePeer.associate(port(), associateRequest)
    inside.send(storeRequest, dataFragment(3, Buffer.from('DOE^JANE'), 0))
    inside.destroy()
    expect((await reasonsOf(2))[0]).toEqual(['cut-data-set'])
    expect(await target.client.station.status.query({})).toMatchObject({ cache: { instances: 0, bytes: 0 } })
    expect(log.join('')).not.toContain('DOE^JANE')
  })
})

describe('an object', () => {
  it('that is cut in the middle is answered C000 and not kept; the next one is', async () => {
    const whole = ctImage()
    const cut = { ...whole, bytes: whole.bytes.subarray(0, whole.bytes.length / 2) }
    expect(await send([cut, ctImage({ instance: 2 })])).toEqual([0xc000, 0])
    expect(await history(1)).toMatchObject([{ stored: 1, failed: 1, reasons: [{ code: 'cut-data-set', count: 1 }] }])
    expect((await study())?.study.NumberOfStudyRelatedInstances).toBe(1)
    expect((await file(1, 1)).status).toBe(404)
  })

  it('without pixel data is kept, and said not to be displayable', async () => {
    const object = ctImage({ rows: 0 })
    const bytes = object.bytes.subarray(0, object.bytes.length - 12)
    expect(await send([{ ...object, bytes }])).toEqual([0])
    const found = await study()
    expect(found?.study.completeness).toMatchObject({ received: 1, displayable: 0 })
    expect(found?.series[0]?.notDisplayable).toEqual([{ reason: 'no-pixel-data', count: 1 }])
    expect(await hasBytes(await file(), bytes)).toBe(true)
  })

  it('of an unknown SOP class is refused by name, until a person allows it', async () => {
    const SOPClassUID = '1.3.999.7'
    const object = ctImage({}, { SOPClassUID })
    await expect(send([object], SOPClassUID)).rejects.toMatchObject({ code: 'context-not-accepted' })
    expect((await history(1))[0]?.reasons).toEqual([{ code: 'unknown-sop-class', count: 1, detail: SOPClassUID }])
    await target.client.settings.update.mutate({ additionalSOPClassUIDs: [SOPClassUID] })
    expect(await send([object], SOPClassUID)).toEqual([0])
  })

  it('that comes again is a duplicate; with other content it is kept beside the first', async () => {
    const other = ctImage({ seed: 9 })
    expect(await send([ctImage(), ctImage(), other])).toEqual([0, 0, 0])
    expect(await history(1)).toMatchObject([{ stored: 1, duplicates: 1, versions: 1, failed: 0, reasons: [] }])
    expect((await study())?.study).toMatchObject({ NumberOfStudyRelatedInstances: 1, conflictingInstances: 1 })
    expect(await hasBytes(await file(), ctImage().bytes)).toBe(true)
  })

  it.each([
    ['altered', (pack: string) => writeFileSync(pack, readFileSync(pack).fill(0xa5, 4000, 4100)), 500],
    ['missing', (pack: string) => rmSync(pack), 404],
  ] as const)(
    'that is %s in the cache is told so, the others are served, and sending it again heals it',
    async (_, damage, status) => {
      expect(await send([ctImage({ study: 1 }), ctImage({ study: 2 })])).toEqual([0, 0])
      // Nothing outside tells whose pack is whose: the first is harmed, whatever lies in it.
      const [pack = ''] = packFiles(place.dataFolder)
      await target.close()
      damage(pack)
      target = await runStation(place)
      const statuses = [(await file(1)).status, (await file(2)).status]
      expect(statuses.toSorted()).toEqual([200, status])
      // What the windows show of it is no longer so.
      await Promise.all([1, 2].map(async (number) => (await frame(number)).arrayBuffer()))
      const changed = () => target.events.filter(({ data }) => data.kind === 'studyChanged').length
      await expect.poll(changed).toBe(1)
      const problems = async () => (await target.client.station.status.query({})).problems.map(({ code }) => code)
      await expect.poll(problems).toContain('objects-damaged')
      expect(await send([ctImage({ study: 1 }), ctImage({ study: 2 })])).toEqual([0, 0])
      expect(await hasBytes(await file(1), ctImage({ study: 1 }).bytes)).toBe(true)
      expect(await hasBytes(await file(2), ctImage({ study: 2 }).bytes)).toBe(true)
    },
  )
})

it.each([
  ['HTML', '<script>alert(1)</script>^"&\'<b>'],
  ['bidirectional controls', 'EVIL\u202eGNP^\u2066X\u2069\u200b'],
  ['10,000 characters', `${'LONG'.repeat(2_500)}^X`],
])('a name of %s is kept and answered as it came, and stands in no log', async (_, PatientName) => {
  const object = ctImage({}, { PatientName, PatientID: 'PAT1' })
  expect(await send([object])).toEqual([0])
  expect((await search('PatientID=PAT1'))[0]?.['00100010']?.Value).toEqual([{ Alphabetic: PatientName }])
  expect((await target.client.studies.list.query({})).rows[0]?.PatientName).toEqual({ Alphabetic: PatientName })
  expect(await hasBytes(await file(), object.bytes)).toBe(true)
  expect(await search(`PatientName=${encodeURIComponent(`${PatientName.slice(0, 4)}*`)}`)).toHaveLength(1)
  expect(log.join('')).not.toContain(PatientName.slice(0, 12))
})
