/** `dicomweb-client`, with which OHIF and others speak DICOMweb, makes every one of its calls to a station. It wants a browser's requests: jsdom's. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { api } from 'dicomweb-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parsePart10 } from '../../main/dataset/index.ts'
import { transferSyntaxes } from '../../main/dicom/index.ts'
import { phantomFile } from '../../main/importer/phantom.ts'
import { pydicomFolder } from '../helpers/corpora.ts'
import { type StationProcess, startStation } from '../helpers/station-process.ts'

type Json = Record<string, { vr: string; Value?: unknown[]; BulkDataURI?: string }>

/** Its own types ask for what it does not need. */
type Client = Record<keyof InstanceType<typeof api.DICOMwebClient>, (options: object) => Promise<unknown>>

/** jsdom has no types of its own. */
const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  JSDOM: new (html: string, options: { url: string }) => { window: { XMLHttpRequest: unknown } }
}

const files = pydicomFolder('test_files')
const names = ['CT_small.dcm', 'SC_rgb_rle_2frame.dcm', 'SC_rgb_jpeg_dcmtk.dcm', 'JPEG2000.dcm', 'waveform_ecg.dcm']
/** SOP Instance UIDs of compressed images. */
const compressed = new Set<string>()
const value = (json: Json | undefined, tag: string): string => String(json?.[tag]?.Value?.[0] ?? '')
const uidsOf = (json: Json | undefined) => ({
  studyInstanceUID: value(json, '0020000D'),
  seriesInstanceUID: value(json, '0020000E'),
  sopInstanceUID: value(json, '00080018'),
})
const isNative = (json: Json | undefined) => !compressed.has(value(json, '00080018'))
const isJPEG = (bytes: ArrayBuffer) => Buffer.from(bytes).subarray(0, 2).toString('hex') === 'ffd8'
const isPNG = (bytes: ArrayBuffer) => Buffer.from(bytes).subarray(1, 4).toString() === 'PNG'
const isDICOM = (bytes: ArrayBuffer) => Buffer.from(bytes).subarray(128, 132).toString() === 'DICM'

describe.runIf(files !== null)('dicomweb-client', () => {
  let station: StationProcess
  let reader: Client
  let sent: Buffer[] = []
  const isCompressed = (SOPInstanceUID: string): boolean => {
    const file = sent.find((each) => each.subarray(0, 400).includes(SOPInstanceUID))
    const head = parsePart10(file ?? Buffer.alloc(0))
    if (head.kind !== 'part-10') throw new Error(head.kind)
    return transferSyntaxes.get(head.TransferSyntaxUID)?.encapsulated ?? false
  }
  const complaints: unknown[][] = []
  const byInstance: Record<string, Json> = {}

  const client = (token: string, singlepart = '') =>
    new api.DICOMwebClient({
      ...{ url: station.dicomWeb, singlepart },
      headers: { Authorization: `Bearer ${token}` },
    }) as unknown as Client

  beforeAll(async () => {
    station = await startStation()
    const dom = new JSDOM('', { url: station.dicomWeb })
    vi.stubGlobal('XMLHttpRequest', dom.window.XMLHttpRequest)
    for (const level of ['warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation(
        (...words) =>
          void complaints.push(words.map((word) => (word?.request ? [word.status, word.request.responseURL] : word))),
      )
    }
    reader = client(station.token)
    sent = names.map((name) => readFileSync(join(files ?? '', name)))
    sent.push(Buffer.from(phantomFile(100)))
    const datasets = sent.map((file) => new Uint8Array(file).buffer)
    const answer = await client(station.storeToken).storeInstances({ datasets })
    expect(JSON.parse(String(answer))['00081199'].Value.length).toBe(sent.length)
    const found = (await reader.searchForInstances({})) as Json[]
    for (const each of found) {
      byInstance[value(each, '00080018')] = each
      if (isCompressed(value(each, '00080018'))) compressed.add(value(each, '00080018'))
    }
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    await station?.dispose()
  })

  it('searches', async () => {
    const studies = (await reader.searchForStudies({})) as Json[]
    expect(studies.length).toBeGreaterThan(3)
    const [first] = studies
    const { studyInstanceUID } = uidsOf(first)
    const queryParams = { StudyInstanceUID: studyInstanceUID, includefield: '00081030,00080060', limit: 25, offset: 0 }
    expect(await reader.searchForStudies({ queryParams: { ...queryParams, fuzzymatching: false } })).toEqual([
      expect.objectContaining({ '0020000D': { vr: 'UI', Value: [studyInstanceUID] } }),
    ])
    const series = (await reader.searchForSeries({ studyInstanceUID })) as Json[]
    const { seriesInstanceUID } = uidsOf(series[0])
    const instances = (await reader.searchForInstances({ studyInstanceUID, seriesInstanceUID })) as Json[]
    expect(instances.length).toBeGreaterThan(0)
    expect(await reader.searchForStudies({ queryParams: { PatientName: 'NOBODY*' } })).toEqual([])
    // It says of every empty answer that it is empty.
    expect(complaints.splice(0).map(([words]) => words)).toEqual(['empty response for request: '])
  })

  it('retrieves metadata of a study, a series and an instance', async () => {
    for (const each of Object.values(byInstance)) {
      const uids = uidsOf(each)
      const [instance] = (await reader.retrieveInstanceMetadata(uids)) as Json[]
      expect(uidsOf(instance)).toEqual(uids)
      expect((await reader.retrieveSeriesMetadata(uids)) as Json[]).toContainEqual(instance)
      expect((await reader.retrieveStudyMetadata(uids)) as Json[]).toContainEqual(instance)
    }
  })

  it('retrieves instances, series and studies as files', async () => {
    const known = new Set(sent.map((file) => file.subarray(-2000).toString('hex')))
    for (const each of Object.values(byInstance)) {
      const uids = uidsOf(each)
      const one = (await reader.retrieveInstance(uids)) as ArrayBuffer
      expect(known.has(Buffer.from(one).subarray(-2000).toString('hex'))).toBe(true)
      const all = [
        ...((await reader.retrieveSeries(uids)) as ArrayBuffer[]),
        ...((await reader.retrieveStudy(uids)) as ArrayBuffer[]),
      ]
      expect(all.every(isDICOM)).toBe(true)
    }
  })

  it('retrieves frames as they are stored', async () => {
    const withFrames = Object.values(byInstance).filter((each) => each['00280010']?.Value)
    expect(withFrames.length).toBeGreaterThan(1)
    for (const each of withFrames) {
      const [metadata] = (await reader.retrieveInstanceMetadata(uidsOf(each))) as Json[]
      const asStored = [
        { mediaType: 'image/jls', transferSyntaxUID: '1.2.840.10008.1.2.4.80' },
        { mediaType: 'application/octet-stream', transferSyntaxUID: '*' },
      ]
      // Octets without a syntax are decoded pixels (PS3.18 §8.7.3.3.2): of native frames, those are what is stored.
      const ofNative = isNative(metadata) ? [undefined] : []
      for (const mediaTypes of [
        ...ofNative,
        asStored,
        [{ mediaType: 'application/octet-stream', transferSyntaxUID: '*' }],
      ]) {
        const options = { ...uidsOf(metadata), frameNumbers: [1], ...(mediaTypes ? { mediaTypes } : {}) }
        const frames = (await reader.retrieveInstanceFrames(options)) as ArrayBuffer[]
        expect(frames.every((frame) => frame.byteLength > 100)).toBe(true)
        expect(frames.length).toBe(1)
      }
    }
  })

  it('retrieves pictures and thumbnails', async () => {
    const ct = Object.values(byInstance).find((each) => value(each, '00080060') === 'CT' || each['00280010']?.Value)
    const uids = { ...uidsOf(ct), frameNumbers: [1] }
    const pictures = [
      await reader.retrieveInstanceRendered(uids),
      await reader.retrieveInstanceRendered({ ...uids, mediaTypes: [{ mediaType: 'image/jpeg' }] }),
      await reader.retrieveInstanceThumbnail(uids),
      await reader.retrieveInstanceFramesRendered({ ...uids, mediaTypes: [{ mediaType: 'image/jpeg' }] }),
      await reader.retrieveInstanceFramesThumbnail(uids),
    ].map((answer) => (Array.isArray(answer) ? answer[0] : answer) as ArrayBuffer)
    expect(pictures.map(isJPEG)).toEqual([true, true, true, true, true])
    const queryParams = { viewport: '64,64' }
    const png = await reader.retrieveInstanceRendered({
      ...uids,
      mediaTypes: [{ mediaType: 'image/png' }],
      queryParams,
    })
    expect(isPNG((Array.isArray(png) ? png[0] : png) as ArrayBuffer)).toBe(true)
  })

  it('retrieves bulk data by the addresses of the metadata, in parts and whole', async () => {
    let count = 0
    for (const each of Object.values(byInstance)) {
      const [metadata] = (await reader.retrieveInstanceMetadata(uidsOf(each))) as Json[]
      for (const { BulkDataURI } of Object.values(metadata ?? {})) {
        if (!BulkDataURI || !(isNative(metadata) || !BulkDataURI.endsWith('7FE00010'))) continue
        count += 1
        const parts = (await reader.retrieveBulkData({ BulkDataURI })) as ArrayBuffer[]
        expect(parts[0]?.byteLength).toBeGreaterThan(0)
      }
    }
    expect(count).toBeGreaterThan(1)
    const ct = Object.values(byInstance).find((each) => each['00280010']?.Value && isNative(each))
    const [metadata] = (await reader.retrieveInstanceMetadata(uidsOf(ct))) as Json[]
    const BulkDataURI = metadata?.['7FE00010']?.BulkDataURI ?? ''
    const [whole] = (await client(station.token, 'bulkdata').retrieveBulkData({
      BulkDataURI,
    })) as ArrayBuffer[]
    expect(whole?.byteLength).toBeGreaterThan(0)
    const [part] = (await reader.retrieveBulkData({ BulkDataURI, byteRange: [0, 99] })) as ArrayBuffer[]
    expect(part?.byteLength).toBeGreaterThan(0)
  })

  it('is given no cause to complain', () => {
    expect(complaints).toEqual([])
  })
})
