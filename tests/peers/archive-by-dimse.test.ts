/** An archive by DIMSE: Orthanc is sent a study, and only what it commits itself to counts as archived. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createArchive } from '../../main/archive/index.ts'
import { type OpenedRecords, openRecords } from '../../main/cache/index.ts'
import type { DicomPeer } from '../../main/contract/settings.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { hasTool } from '../helpers/dcmtk.ts'
import { type FileContent, type FilledReceiver, readFile, startFilledReceiver } from '../helpers/filled-receiver.ts'
import { type Orthanc, startOrthanc } from '../helpers/orthanc.ts'
import { STATION_KEY, silent } from '../main/cache/test-cache.ts'

const cranium = craniumFolder()

describe.runIf(cranium !== null && hasTool('Orthanc'))('an archive by DIMSE', () => {
  let folder = ''
  let files: FileContent[] = []
  let station: FilledReceiver
  let records: OpenedRecords
  let orthanc: Orthanc
  let peers: DicomPeer[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-dimse-archive-'))
    files = readdirSync(cranium ?? '')
      .slice(0, 12)
      .map((name) => readFile(join(cranium ?? '', name)))
    station = await startFilledReceiver(folder, files, { peers: () => ({ peers, unknownPeers: 'store' }) })
    records = await openRecords({ dataFolder: join(folder, 'data'), stationKey: STATION_KEY, log: silent })
    orthanc = await startOrthanc({
      folder: join(folder, 'orthanc'),
      http: true,
      modalities: { astreinte: ['ASTREINTE', '127.0.0.1', station.port] },
    })
    const may = { store: true, query: false, retrieve: false, commit: false }
    peers = [
      { aeTitle: 'ORTHANC', address: '127.0.0.1', port: orthanc.dicomPort, tls: false, may, maxAssociations: null },
    ]
  })
  afterAll(async () => {
    await orthanc.stop()
    await station.stop()
    await records.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('Orthanc commits itself to what it was sent; what it has lost is told, and sent again', async () => {
    const archive = createArchive({
      ...{ cache: station.cache, records, peers: station.receiver.peers, log: silent },
      onChange: () => undefined,
      backoff: { first: 50, most: 200 },
    })
    onTestFinished(() => archive.stop())
    await archive.start()
    const configuration = { name: 'SITE', aeTitle: 'ORTHANC', asksCommitment: true }
    expect(await archive.test(configuration)).toEqual({
      ...{ fault: null, detail: 'C-ECHO, storage commitment' },
      services: { find: true, get: true, move: true, commitment: true },
    })
    const outbox = async () => (await archive.status()).outbox
    const StudyInstanceUID = files[0]?.StudyInstanceUID ?? ''

    await archive.configure({ ...configuration, asksCommitment: false })
    expect(await archive.send(StudyInstanceUID)).toBe(12)
    await expect.poll(outbox).toEqual({ waiting: 0, sent: 12, archived: 0, failed: 0 })
    const [lost] = await orthanc.rest<string[]>('GET', '/instances')
    expect((await fetch(`${orthanc.url}/instances/${lost}`, { method: 'DELETE' })).ok).toBe(true)

    await archive.configure(configuration)
    await expect.poll(outbox).toEqual({ waiting: 0, sent: 0, archived: 11, failed: 1 })
    const { items } = await archive.outbox({ states: ['failed'], offset: 0, limit: 5 })
    const nextAttemptAt = expect.any(String)
    expect(items).toMatchObject([{ fault: 'not-committed', detail: 'failure reason 0112', nextAttemptAt }])

    await archive.retry(null)
    await expect.poll(outbox).toEqual({ waiting: 0, sent: 0, archived: 12, failed: 0 })
    expect(await orthanc.rest<string[]>('GET', '/instances')).toHaveLength(12)
    const { archive: id } = await records.outbox.archive()
    const places = await station.cache.listInstances(StudyInstanceUID, id)
    expect(places.every(({ isArchived }) => isArchived)).toBe(true)
    expect(await archive.send(StudyInstanceUID)).toBe(0)

    // Lost after it committed itself.
    const signal = new AbortController().signal
    expect(await archive.confirm(StudyInstanceUID, signal)).toBe('held')
    const [later] = await orthanc.rest<string[]>('GET', '/instances')
    expect((await fetch(`${orthanc.url}/instances/${later}`, { method: 'DELETE' })).ok).toBe(true)
    expect(await archive.confirm(StudyInstanceUID, signal)).toBe('lost')
    await expect.poll(outbox).toEqual({ waiting: 0, sent: 0, archived: 12, failed: 0 })
    expect(await orthanc.rest<string[]>('GET', '/instances')).toHaveLength(12)
    expect(await archive.confirm(StudyInstanceUID, signal)).toBe('held')
  })
})
