/** The archive in whole stations: over the real calls and the feed, with secrets that stay inside, and through ends by force. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ArchiveConfiguration } from '../../main/contract/archive.ts'
import { writeCTFolders } from '../bench/ct-files.ts'
import { importFiles } from '../helpers/import-files.ts'
import { type ScriptedArchive, startScriptedArchive } from '../helpers/scripted-archive.ts'
import { startStation } from '../helpers/station-process.ts'
import { type StationWindow, signInAt } from '../helpers/station-window.ts'
import { runStation, temporaryFolder } from './running-station.ts'

let folder: string
let remote: ScriptedArchive
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-archive-'))
  remote = await startScriptedArchive()
})
afterEach(async () => {
  await remote.close()
  rmSync(folder, { recursive: true, force: true })
})

const configuration = (password: string | null, name = 'TERRITOIRE'): ArchiveConfiguration => ({
  name,
  url: remote.url,
  authentication: { kind: 'basic', user: 'poste', password },
})

/** Brings in a study of images; gives its UID. */
async function bringStudy({ client }: Pick<StationWindow, 'client'>, images: number): Promise<string> {
  const source = writeCTFolders(join(folder, 'images'), 64, 1, images)
  expect((await importFiles({ client }, source)).progress.counts.stored).toBe(images)
  const { rows } = await client.studies.list.query({})
  return rows[0]?.StudyInstanceUID ?? ''
}

it('is set up, tried, sends and retrieves, and tells all of it without telling its secret', async () => {
  const place = temporaryFolder()
  const station = await runStation(place)
  try {
    const { client, events } = station
    const StudyInstanceUID = await bringStudy(station, 3)
    expect(await client.archive.configuration.query({})).toBeNull()
    expect((await client.station.status.query({})).archive).toMatchObject({ name: null, reachable: 'unknown' })
    expect(await client.archive.search.query({})).toMatchObject({ fault: 'not-configured', studies: [] })
    await expect(client.archive.retrieve.mutate({ StudyInstanceUID })).rejects.toThrow()
    expect(await client.archive.send.mutate({ StudyInstanceUID })).toEqual({ queued: 3 })
    expect((await client.studies.list.query({})).rows[0]?.outbox).toEqual({
      waiting: 3,
      sent: 0,
      archived: 0,
      failed: 0,
    })

    expect(await client.archive.test.mutate({ configuration: configuration('geheim') })).toMatchObject({ fault: null })
    expect(await client.archive.configuration.query({})).toBeNull()
    await client.archive.configure.mutate({ configuration: configuration('geheim') })
    expect(await client.archive.configuration.query({})).toEqual(configuration(null))
    await expect.poll(async () => (await client.archive.status.query({})).outbox.archived).toBe(3)
    expect((await client.studies.get.query({ StudyInstanceUID }))?.study.outbox).toMatchObject({ archived: 3 })
    const { total, items } = await client.archive.outbox.query({ states: ['archived'], StudyInstanceUID })
    expect(total).toBe(3)
    expect(items[0]).toMatchObject({ StudyInstanceUID, state: 'archived', fault: null })
    expect(items[0]?.PatientName.Alphabetic).toBeTruthy()

    // The secret that is kept goes with the next requests although no window knows it.
    await client.archive.configure.mutate({ configuration: configuration(null, 'AUTRE NOM') })
    const found = await client.archive.search.query({ PatientID: '' })
    expect(found).toMatchObject({ fault: null, more: false, studies: [{ StudyInstanceUID, receivedInstances: 3 }] })
    expect(new Set(remote.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Basic ${Buffer.from('poste:geheim').toString('base64')}`]),
    )

    await client.archive.retrieve.mutate({ StudyInstanceUID })
    await expect.poll(async () => (await client.archive.retrievals.query({}))[0]?.state).toBe('done')
    const kinds = () => new Set(events.map(({ data }) => data.kind))
    for (const kind of ['outboxChanged', 'archiveConfigured', 'retrievalChanged'] as const)
      await expect.poll(() => kinds().has(kind)).toBe(true)
    await expect
      .poll(() => events.some(({ data }) => data.kind === 'statusChanged' && data.status.archive.outbox.archived === 3))
      .toBe(true)
    expect(JSON.stringify(events)).not.toContain('geheim')
  } finally {
    await station.close()
    place.remove()
  }
})

it('says what a person must do, until it is done', async () => {
  const place = temporaryFolder()
  const station = await runStation(place)
  try {
    const { client } = station
    const codes = async () => (await client.station.status.query({})).problems.map(({ code }) => code)
    const StudyInstanceUID = await bringStudy(station, 1)
    remote.otherwise = () => ({ failureReason: 0xa900 })
    await client.archive.configure.mutate({ configuration: configuration('x') })
    await client.archive.send.mutate({ StudyInstanceUID })
    await expect.poll(codes).toContain('archive-refused')
    remote.otherwise = () => ({ status: 401 })
    await client.archive.retry.mutate({ itemId: null })
    await expect.poll(codes).toContain('archive-unreachable')
    expect((await client.archive.status.query({})).fault).toBe('unauthorised')
    remote.otherwise = () => 'ok'
    await client.archive.configure.mutate({ configuration: configuration('right') })
    await expect.poll(async () => (await client.archive.status.query({})).outbox.archived).toBe(1)
    expect((await codes()).filter((code) => code.startsWith('archive'))).toEqual([])
  } finally {
    await station.close()
    place.remove()
  }
})

it('has everything in the archive once, and proven, after ends by force at any request', async () => {
  let station = await startStation({ folder })
  const first = await signInAt(station.dataFolder)
  const StudyInstanceUID = await bringStudy(first, 8)
  await first.client.archive.send.mutate({ StudyInstanceUID })
  await first.client.archive.configure.mutate({ configuration: { ...configuration('x') } })
  for (const [kind, nth, answer] of [
    ['store', 2, 'cut-before-answer'],
    ['store', 1, 'cut-after-request'],
    ['retrieve', 2, 'ok'],
    ['store', 1, 'ok'],
  ] as const) {
    let seen = 0
    const killed = new Promise<void>((resolve) => {
      remote.otherwise = (request) => {
        if (request.kind === kind) seen += 1
        if (request.kind !== kind || seen !== nth) return 'ok'
        void station.kill().then(resolve)
        return answer
      }
    })
    // What was on its way at the last end is due at once; the rest follows.
    await killed
    remote.otherwise = () => 'ok'
    station = await startStation({ folder })
  }
  const { client } = await signInAt(station.dataFolder)
  await expect
    .poll(async () => (await client.archive.status.query({})).outbox)
    .toEqual({ waiting: 0, sent: 0, archived: 8, failed: 0 })
  expect(remote.held.size).toBe(8)
  expect(await client.archive.send.mutate({ StudyInstanceUID })).toEqual({ queued: 0 })
  await station.stop()
})
