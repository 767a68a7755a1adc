/** Compressed objects for peers that take uncompressed ones alone: storescp and getscu get what dcmtk's and Pillow's decoders find in them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DicomPeer } from '../../main/contract/settings.ts'
import { TransferSyntaxUIDs, transferSyntaxes } from '../../main/dicom/index.ts'
import { createPixelService, type PixelService } from '../../main/pixels/index.ts'
import { pydicomFolder, python } from '../helpers/corpora.ts'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'
import { type FileContent, type FilledReceiver, readFile, startFilledReceiver } from '../helpers/filled-receiver.ts'
import { answersEcho, freePort, stopChild } from '../helpers/peer-process.ts'

const corpus = pydicomFolder('test_files')
const tools = ['movescu', 'getscu', 'storescp', 'dcmdjpeg', 'dcmdjpls', 'dcmdrle', 'dcmcjpeg', 'dcmcjpls', 'dcmcrle']

const reference = (...args: string[]): string =>
  execFileSync(python, [join(import.meta.dirname, 'decompressed_reference.py'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

/** What must differ, beside the pixels, in objects whose pixels mean something else when they are decoded. */
const changes: Record<string, string[]> = {
  // Its own mark that it had lost something was taken away: the transfer syntax tells.
  'JPEG2000.dcm': ['0028,2110 01'],
  'SC_rgb_dcmtk_+eb+cy+n1.dcm': ['0028,0004 RGB'],
  'SC_rgb_dcmtk_+eb+cy+np.dcm': ['0028,0004 RGB'],
  'SC_rgb_small_odd_jpeg.dcm': ['0028,0004 RGB'],
  'SC_rgb_rle_16bit_2frame.dcm': ['7fe0,0001 gone', '7fe0,0002 gone'],
}

describe.runIf(corpus !== null && tools.every(hasTool))('peers that take nothing compressed', () => {
  let folder = ''
  let names: string[] = []
  let files: FileContent[] = []
  let pixels: PixelService
  let running: FilledReceiver
  let peers: DicomPeer[] = []
  const children: ChildProcess[] = []

  const peer = (aeTitle: string, port: number | null): DicomPeer => ({
    aeTitle,
    address: '127.0.0.1',
    port,
    tls: false,
    may: { store: true, query: true, retrieve: true, commit: true },
    maxAssociations: null,
  })
  const made = (name: string): string => {
    const path = join(folder, name)
    mkdirSync(path)
    return path
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-transcoding-'))
    const source = made('compressed')
    reference('prepare', corpus ?? '', source)
    names = readdirSync(source)
    files = names.map((name) => readFile(join(source, name)))
    pixels = createPixelService()
    const options = { decoder: pixels, peers: () => ({ peers, unknownPeers: 'store' as const }) }
    running = await startFilledReceiver(folder, files, options)
  })
  afterAll(async () => {
    await Promise.all(children.map((child) => stopChild(child)))
    await running.stop()
    await pixels.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const station = () => ['-aec', 'ASTREINTE', '127.0.0.1', String(running.port)]
  const images = (wanted: readonly FileContent[]) => [
    ...['-k', '0008,0052=IMAGE'],
    ...['-k', `0008,0018=${wanted.map((each) => each.SOPInstanceUID).join('\\')}`],
  ]

  async function startStorescp(into: string, options: readonly string[]): Promise<number> {
    const port = await freePort()
    const child = spawn('storescp', [...options, '-aet', 'STORE', '-od', into, '+B', String(port)], {
      env: { ...process.env, TCP_NODELAY: '1' },
      stdio: 'ignore',
    })
    children.push(child)
    await answersEcho('STORE', port, child)
    return port
  }

  /** What came into a folder, by the name of what it was, compared with what the other decoders make of that. */
  function compared(into: string): Map<string, unknown> {
    const came = new Map(readdirSync(into).map((each) => [readFile(join(into, each)).SOPInstanceUID, join(into, each)]))
    const found = names.filter((_, index) => came.has(files[index]?.SOPInstanceUID ?? ''))
    const pairs = found.flatMap((name) => {
      const path = join(folder, 'compressed', name)
      return [path, came.get(readFile(path).SOPInstanceUID) ?? '']
    })
    const rows: unknown[] = JSON.parse(reference('compare', made(`${Math.random()}`), ...pairs))
    return new Map(found.map((name, index) => [name, rows[index]]))
  }
  const expected = (wanted: readonly string[], syntax: string) =>
    new Map(wanted.map((name) => [name, { syntax, changed: changes[name] ?? [], isWhole: true, isEqual: true }]))

  test('the files are compressed in every way that is decoded here', () => {
    const codecs = files.map(({ TransferSyntaxUID }) => transferSyntaxes.get(TransferSyntaxUID)?.codec)
    expect(new Set(codecs)).toEqual(new Set(['rle', 'jpeg', 'jpeg-lossless', 'jpeg-ls', 'jpeg-2000']))
    expect(files.length).toBeGreaterThanOrEqual(18)
  })

  test.each([
    ['explicit or implicit VR', '+x=', TransferSyntaxUIDs.ExplicitVRLittleEndian],
    ['implicit VR alone', '+xi', TransferSyntaxUIDs.ImplicitVRLittleEndian],
  ])(
    'storescp with %s is sent every object decompressed, its pixels equal and nothing else changed',
    async (name, option, syntax) => {
      const into = made(name)
      peers = [peer('VIEWER', null), peer('STORE', await startStorescp(into, [option]))]
      const call = ['-d', '-aet', 'VIEWER', '-aem', 'STORE', '-S', ...station(), ...images(files)]
      const { code, output } = await dcmtk('movescu', call)
      const failed = [...output.matchAll(/Failed Suboperations\s+: (\d+)/g)].at(-1)?.[1]
      expect({ code, failed }).toEqual({ code: 0, failed: '0' })
      expect(compared(into)).toEqual(expected(names, syntax))
    },
  )

  test('getscu gets them on its own association', async () => {
    const into = made('got')
    peers = [peer('VIEWER', null)]
    const some = names.filter((_, index) => index % 4 === 0)
    const wanted = files.filter((_, index) => index % 4 === 0)
    await dcmtk('getscu', ['-aet', 'VIEWER', '-S', '+B', '-od', into, ...station(), ...images(wanted)])
    expect(compared(into)).toEqual(expected(some, TransferSyntaxUIDs.ExplicitVRLittleEndian))
  })
})
