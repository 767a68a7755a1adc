/** Storage commitment with Orthanc, in both roles, over the real cache. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DicomPeer } from '../../main/contract/settings.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { hasTool, storescu } from '../helpers/dcmtk.ts'
import { type FileContent, type FilledReceiver, readFile, startFilledReceiver } from '../helpers/filled-receiver.ts'
import { type Orthanc, startOrthanc } from '../helpers/orthanc.ts'

const cranium = craniumFolder()

describe.runIf(cranium !== null && hasTool('Orthanc'))('storage commitment with Orthanc', () => {
  let folder = ''
  let files: FileContent[] = []
  let station: FilledReceiver
  let orthanc: Orthanc
  let peers: DicomPeer[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-commitment-'))
    files = readdirSync(cranium ?? '').map((name) => readFile(join(cranium ?? '', name)))
    station = await startFilledReceiver(folder, files, { peers: () => ({ peers, unknownPeers: 'store' }) })
    orthanc = await startOrthanc({
      folder: join(folder, 'orthanc'),
      http: true,
      modalities: { astreinte: ['ASTREINTE', '127.0.0.1', station.port] },
    })
    const may = { store: true, query: true, retrieve: true, commit: true }
    peers = [
      { aeTitle: 'ORTHANC', address: '127.0.0.1', port: orthanc.dicomPort, tls: false, may, maxAssociations: null },
    ]
    expect(await storescu(orthanc, [cranium ?? ''])).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await orthanc.stop()
    await station.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const missing = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '1.2.3.4.5' }
  const instances = () => files.map(({ SOPClassUID, SOPInstanceUID }) => ({ SOPClassUID, SOPInstanceUID }))

  test('Orthanc asks us, and is told which instances are safe and which are not here', async () => {
    const asked = await orthanc.rest<{ ID: string }>('POST', '/modalities/astreinte/storage-commitment', {
      DicomInstances: [...instances(), missing],
    })
    type Answer = {
      Status: string
      Success?: (typeof missing)[]
      Failures?: (typeof missing & { FailureReason: number })[]
    }
    let answer: Answer = { Status: 'Pending' }
    const deadline = performance.now() + 30_000
    while (answer.Status === 'Pending' && performance.now() < deadline) {
      answer = await orthanc.rest<Answer>('GET', `/storage-commitment/${asked.ID}`)
    }
    expect(answer.Status).toBe('Failure')
    expect(answer.Success?.map(({ SOPInstanceUID }) => SOPInstanceUID).sort()).toEqual(
      files.map(({ SOPInstanceUID }) => SOPInstanceUID).sort(),
    )
    expect(answer.Failures).toMatchObject([{ SOPInstanceUID: missing.SOPInstanceUID, FailureReason: 0x0112 }])
  })

  test('we ask Orthanc, which reports on an association of its own', async () => {
    const peer = { aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.dicomPort }
    const outcome = await station.receiver.commitment.request({
      peer,
      instances: [...instances(), missing],
      signal: AbortSignal.timeout(30_000),
    })
    expect(outcome).toMatchObject({ kind: 'reported', report: { failed: [{ ...missing, FailureReason: 0x0112 }] } })
    const committed = outcome.kind === 'reported' ? outcome.report.committed : []
    expect(committed.map(({ SOPInstanceUID }) => SOPInstanceUID).sort()).toEqual(
      files.map(({ SOPInstanceUID }) => SOPInstanceUID).sort(),
    )
  })
})
