/** Orthanc as a peer: it verifies us, sends to us by C-STORE and STOW-RS, and reads us by DICOMweb; what arrives is byte for byte what it holds. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parsePart10 } from '../../main/dataset/index.ts'
import { phantomFile, phantomUids } from '../../main/importer/phantom.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { hasTool, storescu } from '../helpers/dcmtk.ts'
import { type Orthanc, startOrthanc } from '../helpers/orthanc.ts'
import { type StationProcess, startStation } from '../helpers/station-process.ts'

const cranium = craniumFolder()

/** SHA-256 of the data set of a Part-10 file. */
const dataSetDigest = (bytes: Uint8Array): string => {
  const head = parsePart10(bytes)
  if (!('dataSetOffset' in head)) throw new Error('not a Part-10 file')
  return createHash('sha256').update(bytes.subarray(head.dataSetOffset)).digest('hex')
}

describe.runIf(cranium !== null && hasTool('Orthanc'))('Orthanc', () => {
  let folder = ''
  let station: StationProcess
  let orthanc: Orthanc

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-orthanc-'))
    station = await startStation()
    orthanc = await startOrthanc({
      folder,
      http: true,
      modalities: { astreinte: [station.aeTitle, '127.0.0.1', station.dicomPort] },
      servers: {
        astreinte: { Url: station.dicomWeb, HttpHeaders: { Authorization: `Bearer ${station.token}` } },
        'astreinte-store': { Url: station.dicomWeb, HttpHeaders: { Authorization: `Bearer ${station.storeToken}` } },
      },
    })
  })
  afterAll(async () => {
    await orthanc.stop()
    await station.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const held = () => orthanc.rest<string[]>('GET', '/instances')
  const stationInstances = async () => {
    const answer = await station.get('/instances?limit=1000&includefield=SOPInstanceUID')
    return answer.status === 200 ? ((await answer.json()) as Record<string, { Value: string[] }>[]) : []
  }
  const retrieved = async (SOPInstanceUID: string) => {
    const [found] = (await (await station.get(`/instances?SOPInstanceUID=${SOPInstanceUID}`)).json()) as Record<
      string,
      { Value: string[] }
    >[]
    const uid = (tag: string) => found?.[tag]?.Value[0] ?? ''
    const answer = await station.get(
      `/studies/${uid('0020000D')}/series/${uid('0020000E')}/instances/${SOPInstanceUID}`,
      'multipart/related; type="application/dicom"; transfer-syntax=*',
    )
    const body = Buffer.from(await answer.arrayBuffer())
    const boundary = /boundary="?([^";]+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? ''
    const start = body.indexOf('\r\n\r\n') + 4
    return body.subarray(start, body.lastIndexOf(`\r\n--${boundary}--`))
  }

  test('verifies the station by C-ECHO', async () => {
    await expect(orthanc.rest('POST', '/modalities/astreinte/echo', {})).resolves.toEqual({})
  })

  test('sends a series by C-STORE, each data set byte for byte', async () => {
    expect((await storescu(orthanc, [cranium ?? ''])).code).toBe(0)
    const instances = await held()
    expect(instances).toHaveLength(108)
    await orthanc.rest('POST', '/modalities/astreinte/store', instances)
    expect(await stationInstances()).toHaveLength(108)
    for (const instance of instances.slice(0, 10)) {
      const theirs = await orthanc.bytes(`/instances/${instance}/file`)
      const tags = await orthanc.rest<{ SOPInstanceUID: string }>('GET', `/instances/${instance}/simplified-tags`)
      expect(dataSetDigest(await retrieved(tags.SOPInstanceUID))).toBe(dataSetDigest(theirs))
    }
  })

  test('sending all of it again stores nothing twice', async () => {
    await orthanc.rest('POST', '/modalities/astreinte/store', await held())
    expect(await stationInstances()).toHaveLength(108)
  })

  test('finds and retrieves the study through DICOMweb', async () => {
    for (const study of await orthanc.rest<string[]>('GET', '/studies'))
      await fetch(`${orthanc.url}/studies/${study}`, { method: 'DELETE' })
    expect(await held()).toHaveLength(0)
    const [found] = await orthanc.rest<Record<string, { Value: string }>[]>(
      'POST',
      '/dicom-web/servers/astreinte/qido',
      { Uri: '/studies', Arguments: { PatientID: 'CRANIUM-1' } },
    )
    const Study = found?.['0020000D']?.Value
    expect(Study).toBeDefined()
    await orthanc.rest('POST', '/dicom-web/servers/astreinte/retrieve', { Resources: [{ Study }], Synchronous: true })
    const instances = await held()
    expect(instances).toHaveLength(108)
    const sent = readFileSync(join(cranium ?? '', 'IM0001.dcm'))
    const digests = await Promise.all(
      instances.map(async (instance) => dataSetDigest(await orthanc.bytes(`/instances/${instance}/file`))),
    )
    expect(digests).toContain(dataSetDigest(sent))
  })

  test('stores by STOW-RS, each data set byte for byte, and nothing twice', async () => {
    const slices = [0, 1, 2]
    const stored = slices.map(async (slice) => {
      const answer = await fetch(`${orthanc.url}/instances`, { method: 'POST', body: Buffer.from(phantomFile(slice)) })
      return ((await answer.json()) as { ID: string }).ID
    })
    const request = { Resources: await Promise.all(stored), Synchronous: true }
    for (const _ of ['first', 'again']) await orthanc.rest('POST', '/dicom-web/servers/astreinte-store/stow', request)
    expect(await stationInstances()).toHaveLength(111)
    for (const slice of slices) {
      const SOPInstanceUID = phantomUids.SOPInstanceUID(slice)
      expect(dataSetDigest(await retrieved(SOPInstanceUID))).toBe(dataSetDigest(phantomFile(slice)))
    }
  })
})
