import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { WantedRead } from '../../../main/contract/importer.ts'
import { type RunningStation, runStation, temporaryFolder } from '../running-station.ts'

let place: ReturnType<typeof temporaryFolder>
let running: RunningStation
beforeEach(async () => {
  place = temporaryFolder()
  running = await runStation(place)
})
afterEach(async () => {
  await running.close()
  place.remove()
})

const progress = (demo: string) =>
  running.events.flatMap(({ data }) => (data.kind === 'demoProgress' && data.demo === demo ? [data] : []))
const last = (demo: string) => progress(demo).at(-1)

it('sends the MR series over the network to the own receiver, and tells how far it is', async () => {
  const { client, ask, station, events } = running
  const [before] = (await client.importer.demos.query({})).filter(({ id }) => id === 'mr')
  expect(before).toMatchObject({ instances: 125, loaded: false, running: false })
  expect(before?.attribution).toMatch(/INIA19.*CC-BY/)
  expect(await client.importer.loadDemo.mutate({ id: 'mr' })).toEqual({ started: true })
  await expect.poll(() => last('mr')).toMatchObject({ state: 'done', sent: 125, total: 125 })
  const { rows } = await client.studies.list.query({})
  expect(rows).toMatchObject([
    { ModalitiesInStudy: ['MR'], NumberOfStudyRelatedInstances: 125, origin: 'received', sender: 'DEMO' },
  ])
  const demos = await client.importer.demos.query({})
  expect(demos.find(({ id }) => id === 'mr')).toMatchObject({ loaded: true, running: false })

  const folder = join(import.meta.dirname, '..', '..', '..', 'resources', 'demo', 'mr')
  const name = readdirSync(folder).find((each) => each.endsWith('.dcm')) ?? ''
  const file = readFileSync(join(folder, name))
  const uid = rows[0]?.StudyInstanceUID ?? ''
  const answer = await ask(`/dicom-web/studies/${uid}`)
  const all = Buffer.from(await answer.arrayBuffer())
  expect(all.includes(file.subarray(-1000))).toBe(true)
  expect(station.receiver).not.toBeNull()

  // Each event but the first follows the one before it: nothing was left out, and the bursts were gathered.
  const ids = events.map(({ id }) => Number(id))
  expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index))
  const told = events.filter(({ data }) => data.kind === 'studyChanged').length
  expect(told).toBeGreaterThan(0)
  expect(told).toBeLessThan(125)
})

it('makes a thumbnail and the headers of what was sent', async () => {
  const { client, ask } = running
  await client.importer.loadDemo.mutate({ id: 'mr' })
  await expect.poll(() => last('mr')).toMatchObject({ state: 'done' })
  const [row] = (await client.studies.list.query({})).rows
  const study = await client.studies.get.query({ StudyInstanceUID: row?.StudyInstanceUID ?? '' })
  const [series] = study?.series ?? []
  const uid = series?.SeriesInstanceUID ?? ''
  const picture = await ask(`/thumbnails/${uid}?revision=${series?.revision}`)
  expect(picture.headers.get('content-type')).toBe('image/png')
  expect(
    Buffer.from(await picture.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  const { instances } = await client.viewer.instances.query({ SeriesInstanceUID: uid })
  expect(instances.length).toBe(125)
  const { attributes } = await client.viewer.attributes.query({ instanceKey: instances[0]?.instanceKey ?? 0 })
  expect(attributes['00080060']).toEqual({ vr: 'CS', Value: ['MR'] })
})

it('is cancelled in the middle, keeps what was received, and goes on the next time', async () => {
  const { client } = running
  await client.importer.loadDemo.mutate({ id: 'mr' })
  expect(await client.importer.loadDemo.mutate({ id: 'mr' })).toEqual({ started: false })
  await expect.poll(() => progress('mr').length).toBeGreaterThan(0)
  await client.importer.cancelDemo.mutate({ id: 'mr' })
  await expect.poll(() => last('mr')?.state).toMatch(/cancelled|done/)
  await client.importer.loadDemo.mutate({ id: 'mr' })
  await expect.poll(() => last('mr')).toMatchObject({ state: 'done', sent: 125 })
  expect((await client.studies.list.query({})).rows[0]?.NumberOfStudyRelatedInstances).toBe(125)
})

it('imports files that a window offers byte for byte, and refuses what is none', async () => {
  const { client, ask } = running
  const folder = join(import.meta.dirname, '..', '..', '..', 'resources', 'demo', 'mr')
  const file = readFileSync(join(folder, 'MR0001.dcm'))
  const held = [file, file, file.subarray(0, file.length - 100), Buffer.from('GIF89a'), Buffer.alloc(200_000)]
  const { intakeId } = await client.importer.offer.mutate({ given: ['dropped'] })
  const given = new Set<string>()
  const give = async ({ readId, file: number, start, end }: WantedRead) => {
    if (given.has(readId)) return
    given.add(readId)
    const body = new Uint8Array(held[number]?.subarray(start, end) ?? [])
    const headers = { 'content-type': 'application/octet-stream' }
    await ask(`/import/offered?${new URLSearchParams({ intakeId, readId })}`, { method: 'POST', body, headers })
  }
  const ended = Promise.withResolvers<void>()
  client.importer.wantedReads.subscribe(
    { intakeId },
    {
      onData: ({ data }) => {
        for (const read of data.reads) void give(read)
      },
      onComplete: () => ended.resolve(),
    },
  )
  const files = held.map(({ length }, at) => ({ name: `${at}`, bytes: length }))
  await client.importer.addOffered.mutate({ intakeId, files, unreadable: ['gone'], isAll: true })
  const intake = () => client.importer.intake.query({ intakeId })
  await expect.poll(async () => (await intake())?.state).toBe('ready')
  expect(await intake()).toMatchObject({ objects: 3, refusedTotal: 3 })
  expect((await client.studies.list.query({})).rows).toEqual([])
  await client.importer.takeIntake.mutate({ intakeId })
  await expect.poll(async () => (await intake())?.state).toBe('done')
  expect((await intake())?.progress.counts).toEqual({ stored: 1, duplicate: 1, version: 0, refused: 1 })
  expect((await intake())?.refused.map(({ reason }) => reason).sort()).toEqual([
    'cut-data-set',
    'not-dicom',
    'not-dicom',
    'unreadable-file',
  ])
  await ended.promise
  const { rows } = await client.studies.list.query({})
  expect(rows).toMatchObject([{ NumberOfStudyRelatedInstances: 1, origin: 'imported' }])
})

it('looks at a folder, takes it, adds a document to its study and exports both without the identity', async () => {
  const { client, ask, events, awake, heldOff } = running
  const demo = join(import.meta.dirname, '..', '..', '..', 'resources', 'demo', 'mr')
  const names = readdirSync(demo).filter((each) => each.endsWith('.dcm'))
  const path = join(place.folder, 'disc')
  mkdirSync(path)
  for (const name of names.slice(0, 3)) copyFileSync(join(demo, name), join(path, name))

  const { intakeId } = await client.importer.look.mutate({ paths: [path] })
  const intake = () => client.importer.intake.query({ intakeId })
  await expect.poll(async () => (await intake())?.state).toBe('ready')
  expect(await intake()).toMatchObject({ objects: 3, patients: [{ studies: [{ instances: 3, here: 0 }] }] })
  expect(await client.importer.takeIntake.mutate({ intakeId })).toEqual({ started: true })
  await expect.poll(async () => (await intake())?.state).toBe('done')
  expect([heldOff(), awake.size]).toEqual([1, 0])
  const [row] = (await client.studies.list.query({})).rows
  expect(row).toMatchObject({ origin: 'imported', NumberOfStudyRelatedInstances: 3 })

  const StudyInstanceUID = row?.StudyInstanceUID ?? ''
  const query = new URLSearchParams({
    study: StudyInstanceUID,
    batch: crypto.randomUUID(),
    number: '1',
    title: 'Lettre',
  })
  const add = (body: string) =>
    ask(`/import/document?${query}`, { method: 'POST', body, headers: { 'content-type': 'application/pdf' } })
  expect(await (await add('%PDF-1.4\n%%EOF')).json()).toEqual({ outcome: 'stored' })
  expect(await (await add('GIF89a')).json()).toEqual({ outcome: 'refused', reason: 'not-a-document' })

  const { exportId } = await client.exporter.start.mutate({
    StudyInstanceUIDs: [StudyInstanceUID],
    folder: place.folder,
    name: 'OUT',
    form: 'folder',
    deidentification: {
      pseudonym: 'ANON',
      retainUIDs: false,
      dates: 'removed',
      cleanDescriptors: false,
      retainPatientCharacteristics: false,
      retainDeviceIdentity: false,
      retainInstitutionIdentity: false,
    },
  })
  const state = async () => (await client.exporter.exports.query({})).find((each) => each.exportId === exportId)
  await expect.poll(async () => (await state())?.state).toBe('done')
  expect(await state()).toMatchObject({
    ...{ objects: 4, finished: 4, isDeidentified: true },
    // The letter: what is written in it cannot be cleaned.
    leftOut: [{ reason: 'not-deidentifiable', count: 1 }],
  })
  expect(readdirSync(join(place.folder, 'OUT')).sort()).toEqual(['DICOM', 'DICOMDIR'])
  await expect
    .poll(() => new Set(events.map(({ data }) => data.kind)))
    .toEqual(new Set([...events.map(({ data }) => data.kind), 'intakeChanged', 'exportChanged']))
})
