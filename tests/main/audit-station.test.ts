/** A whole station notes what it receives and what people do, finds a log that was cut, and the verifier command says the same. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { auditCommand } from '../../main/audit-command.ts'
import { writeCTFolders } from '../bench/ct-files.ts'
import { importFiles } from '../helpers/import-files.ts'
import { runStation, temporaryFolder } from './running-station.ts'

let place: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  place = temporaryFolder()
})
afterEach(() => place.remove())

const command = async (...args: string[]) => {
  const lines: string[] = []
  const code = await auditCommand(
    [...args, '--data', place.dataFolder, '--key-file', place.keyFile],
    (line) => void lines.push(line),
  )
  return { code, text: lines.join('\n') }
}
const kinds = async (client: Awaited<ReturnType<typeof runStation>>['client']) =>
  (await client.audit.entries.query({})).entries.map(({ kind }) => kind)

it('notes what came and what was done, and goes on with the chain', async () => {
  const first = await runStation(place)
  await first.client.importer.loadDemo.mutate({ id: 'phantom' })
  await expect.poll(async () => await kinds(first.client)).toContain('received')
  const [study] = (await first.client.studies.list.query({})).rows
  if (!study) throw new Error('nothing came')
  const { StudyInstanceUID } = study
  await first.client.studies.opened.mutate({ StudyInstanceUID })
  await first.client.settings.update.mutate({ unknownPeers: 'refuse' })
  await first.client.space.remove.mutate({ StudyInstanceUID, evenIfLost: true })
  await expect.poll(async () => await kinds(first.client)).toContain('opened')
  const { entries } = await first.client.audit.entries.query({ kind: 'received' })
  expect(entries[0]?.ParticipantObject.map(({ ParticipantObjectID }) => ParticipantObjectID)).toEqual([
    StudyInstanceUID,
    study.PatientID,
  ])
  expect(await first.client.audit.verify.query({})).toMatchObject({ fault: null, breaks: [] })
  expect(await command('verify')).toMatchObject({ code: 0, text: expect.stringMatching(/^Intact/) })
  await first.close()

  const again = await runStation(place)
  expect(await kinds(again.client)).toEqual(expect.arrayContaining(['started', 'stopped', 'settings']))
  await again.close()
  const { code, text } = await command('export')
  expect(code).toBe(0)
  expect(text.split('\n').every((line) => /^<AuditMessage>.*<\/AuditMessage>$/.test(line))).toBe(true)
})

it('notes imports and exports with their end, what tools read, and what peers retrieve, each once for a study', async () => {
  const { client, station, close } = await runStation(place)
  const disc = writeCTFolders(join(place.folder, 'CD'), 16, 1, 3)
  await importFiles({ client }, disc)
  const [study] = (await client.studies.list.query({})).rows
  const StudyInstanceUID = study?.StudyInstanceUID ?? ''
  const authorization = `Bearer ${readFileSync(station.tokenFile, 'utf8').trim()}`
  for (let index = 0; index < 3; index += 1) {
    const answer = await fetch(`${station.url}/dicom-web/studies/${StudyInstanceUID}/metadata`, {
      headers: { authorization },
    })
    expect(answer.status).toBe(200)
  }
  const request = { folder: place.folder, name: 'OUT', form: 'zip', deidentification: null } as const
  await client.exporter.start.mutate({ ...request, StudyInstanceUIDs: [StudyInstanceUID] })
  const entries = async () => (await client.audit.entries.query({})).entries
  const ends = async (kind: string) =>
    (await entries()).filter((entry) => entry.kind === kind).map(({ detail }) => detail.state ?? detail.by)
  await expect.poll(() => ends('exported')).toEqual(['done', 'begun'])
  await expect.poll(() => ends('opened')).toEqual(['DICOMweb'])
  await expect.poll(() => ends('imported')).toContain('done')
  const over = (await entries()).find(({ kind, detail }) => kind === 'imported' && detail.state === 'done')
  expect(over?.detail).toMatchObject({ stored: 3, duplicate: 0, version: 0, refused: 0, studies: 1 })
  expect(over?.ActiveParticipant[1]?.UserID).toMatch(/^file:.*CD/)
  await close()
})

it('says that it was cut: to the command, on the screen, and in itself', async () => {
  const first = await runStation(place)
  await first.close()
  const files = ['records.sqlite', 'records.sqlite-wal'].map((name) => join(place.dataFolder, name))
  const before = files.map((path) => {
    try {
      return readFileSync(path)
    } catch {
      return Buffer.alloc(0)
    }
  })
  const second = await runStation(place)
  await second.close()
  files.forEach((path, index) => {
    writeFileSync(path, before[index] ?? '')
  })
  expect(await command('verify')).toMatchObject({ code: 1, text: expect.stringMatching(/^BROKEN: entry 3 .*cut off/) })

  const third = await runStation(place)
  const { problems } = await third.client.station.status.query({})
  expect(problems.map(({ code }) => code)).toContain('audit-broken')
  const { entries } = await third.client.audit.entries.query({ kind: 'broken' })
  expect(entries.map(({ detail }) => detail)).toEqual([{ reason: 'cut', seq: 3 }])
  expect(await third.client.audit.verify.query({})).toMatchObject({ fault: null, breaks: [3] })
  await third.close()
})

it('refuses a folder without its key, and wrong arguments', async () => {
  expect((await command('verify')).code).toBe(4)
  expect((await command('erase')).code).toBe(2)
})
