import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CacheError, type StoredObject } from '../../../main/cache/cache.ts'
import { HeaderScan, parsePart10 } from '../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { daikonFolder, pydicomFolder } from '../../helpers/corpora.ts'
import { dcmtk, hasTool } from '../../helpers/dcmtk.ts'
import { mountSmallDisk } from '../../helpers/small-disk.ts'
import { ctImage } from '../cache/data-sets.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { exported, filesBelow, holding, pydicom } from './exporting.ts'

/** Files of every kind: syntaxes, reports, documents, plans, presentation states. */
const corpus = (): string[] => {
  const folder = pydicomFolder('test_files')
  return [...(folder ? filesBelow(folder) : []), ...filesBelow(daikonFolder())].filter((file) => !/DICOMDIR/.test(file))
}

/** What pydicom's FileSet finds: per instance its path, and whether the file is what the record says. */
const FILE_SET = `
from pydicom.fileset import FileSet
fs=FileSet(sys.argv[1])
rows=[]
for i in fs:
  d=pydicom.dcmread(i.path)
  rows.append([i.path,str(d.SOPInstanceUID)==str(i.ReferencedSOPInstanceUIDInFile),str(d.file_meta.TransferSyntaxUID)==str(i.ReferencedTransferSyntaxUIDInFile),str(d.StudyInstanceUID)==str(i.StudyInstanceUID),str(d.SeriesInstanceUID)==str(i.SeriesInstanceUID)])
print(json.dumps(rows))`

/** Every element as dcmdump reads it, in whatever encoding; without meta information, group lengths and delimiters. */
async function elementsOf(file: string): Promise<string[]> {
  const { output } = await dcmtk('dcmdump', ['-q', '+L', file])
  return output
    .split('\n')
    .map((line) =>
      line
        .replace(/#.*/, '')
        .replace(/\(Sequence with .*/, '')
        .trim(),
    )
    .filter((line) => line.startsWith('(') && !/^\((0002|fffe),|^\([0-9a-f]{4},0000\)/.test(line))
}

describe('an export', () => {
  it.skipIf(!pydicomFolder('test_files'))(
    'of every kind of object is a file set that pydicom and dcmtk read whole',
    async () => {
      const held = holding(...corpus())
      expect(held.objects.length).toBeGreaterThan(60)
      const { path, ...state } = await exported(held, { StudyInstanceUIDs: held.StudyInstanceUIDs })
      expect(state).toMatchObject({ state: 'done', fault: null })
      const left = (state.leftOut ?? []).reduce((sum, { count }) => sum + count, 0)
      const files = filesBelow(join(path, 'DICOM'))
      expect(files.length + left).toBe(state.objects)
      expect(left).toBeLessThan(3)
      for (const file of files) expect(file.slice(path.length)).toMatch(/^(\/[A-Z0-9_]{1,8}){1,8}$/)
      const rows = pydicom<[string, boolean, boolean, boolean, boolean][]>(FILE_SET, join(path, 'DICOMDIR'))
      expect(rows.map(([file]) => file).sort()).toEqual(files)
      expect(rows.filter((row) => row.includes(false))).toEqual([])
      if (hasTool('dcmdump')) {
        const { code, output } = await dcmtk('dcmdump', ['-q', join(path, 'DICOMDIR')])
        expect([code, output.match(/^[EW]: .*/gm)]).toEqual([0, null])
      }
    },
    60_000,
  )

  it('is byte for byte what came in where the encoding can stay, and reads alike where it cannot', async () => {
    const [one, other] = [ctImage({ instance: 1 }), ctImage({ instance: 2, rows: 600 })]
    const held = holding(one, other)
    const { path } = await exported(held, { StudyInstanceUIDs: held.StudyInstanceUIDs })
    const files = filesBelow(join(path, 'DICOM')).map((file) => readFileSync(file))
    expect(
      files.map((file, at) => file.subarray(-[one, other][at]!.bytes.length).equals([one, other][at]!.bytes)),
    ).toEqual([true, true])
    const folder = pydicomFolder('test_files')
    if (!folder || !hasTool('dcmdump')) return
    for (const name of ['MR_small_implicit.dcm', 'MR_small_bigendian.dcm', 'image_dfl.dcm', 'rtplan.dcm']) {
      const own = holding(join(folder, name))
      const whole = await exported(own, { StudyInstanceUIDs: own.StudyInstanceUIDs })
      const [file = ''] = filesBelow(join(whole.path, 'DICOM'))
      expect(await elementsOf(file)).toEqual(await elementsOf(join(folder, name)))
    }
  })

  it.skipIf(!hasTool('dciodvfy'))('of sound objects has a directory without a fault', async () => {
    const demo = join(import.meta.dirname, '../../../resources/demo/mr')
    const files = readdirSync(demo)
      .filter((name) => name.endsWith('.dcm'))
      .slice(0, 3)
    const held = holding(...files.map((name) => join(demo, name)))
    const { path } = await exported(held, { StudyInstanceUIDs: held.StudyInstanceUIDs })
    const { output } = await dcmtk('dciodvfy', [join(path, 'DICOMDIR')])
    expect(output.match(/^Error.*/gm)).toBeNull()
  })

  it.skipIf(!hasTool('dciodvfy') || !hasTool('dcmdump'))(
    'of a study without a date says none in its directory, which is read all the same',
    async () => {
      const held = holding(ctImage({}, { StudyDate: '', StudyTime: '', SeriesNumber: '1' }))
      const { path } = await exported(held, { StudyInstanceUIDs: held.StudyInstanceUIDs })
      const directory = join(path, 'DICOMDIR')
      const { code, output } = await dcmtk('dcmdump', [directory])
      expect([code, output.match(/^[EW]: .*/gm)]).toEqual([0, null])
      expect(output.match(/\(no value available\).*Study(Date|Time)/g)).toHaveLength(2)
      const faults = (await dcmtk('dciodvfy', [directory])).output.match(/^Error.*/gm)
      expect(faults?.map((fault) => fault.match(/Element=<(\w+)>/)?.[1])).toEqual(['StudyDate', 'StudyTime'])
      expect(pydicom<unknown[]>(FILE_SET, directory)).toHaveLength(1)
    },
    60_000,
  )

  it.skipIf(!pydicomFolder('test_files'))('of a dose in big endian has the values that are shown', async () => {
    const folder = pydicomFolder('test_files') ?? ''
    const pixels = (file: string) => {
      const bytes = readFileSync(file)
      const head = parsePart10(bytes)
      if (head.kind !== 'part-10') throw new Error('no DICOM file')
      const dataSet = bytes.subarray(head.dataSetOffset)
      const scan = new HeaderScan(head.TransferSyntaxUID)
      scan.push(dataSet)
      const result = scan.end()
      if (result.kind !== 'complete' || !result.pixelData) throw new Error('no pixels')
      const { offset, length } = result.pixelData
      return dataSet.subarray(offset, offset + length).toString('hex')
    }
    const held = holding(join(folder, 'rtdose_expb_1frame.dcm'))
    const { path } = await exported(held, { StudyInstanceUIDs: held.StudyInstanceUIDs })
    const [file = ''] = filesBelow(join(path, 'DICOM'))
    expect(pixels(file)).toBe(pixels(join(folder, 'rtdose_1frame.dcm')))
  })

  it('as a ZIP archive holds the same files', async () => {
    const cache = holding(...[1, 2, 3].map((instance) => ctImage({ instance, study: instance })))
    const { StudyInstanceUIDs } = cache
    const folder = await exported(cache, { StudyInstanceUIDs })
    const zip = await exported(cache, { StudyInstanceUIDs, form: 'zip' })
    expect(zip).toMatchObject({ state: 'done', objects: 3, finished: 3 })
    expect(readdirSync(zip.folder)).toEqual(['DISC.zip'])
    const list = `
import zipfile,hashlib,io
z=zipfile.ZipFile(sys.argv[1])
# The offsets follow the length of the directory's own UID, which is another each time.
records=lambda f:[{e.keyword:str(e.value) for e in r if 'Offset' not in e.keyword} for r in pydicom.dcmread(f).DirectoryRecordSequence]
files={n:hashlib.sha256(z.read(n)).hexdigest() for n in z.namelist() if n!='DICOMDIR'}
print(json.dumps([z.testzip(),files,records(io.BytesIO(z.read('DICOMDIR'))),records(sys.argv[2])]))`
    const [bad, inZip, records, inFolderToo] = pydicom<[null, Record<string, string>, unknown[], unknown[]]>(
      list,
      ...[`${zip.path}.zip`, join(folder.path, 'DICOMDIR')],
    )
    const inFolder = Object.fromEntries(
      filesBelow(join(folder.path, 'DICOM')).map((file) => [
        file.slice(folder.path.length + 1),
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ]),
    )
    expect([bad, inZip, records]).toEqual([null, inFolder, inFolderToo])
    expect(records).toHaveLength(3 * 4)
    const unpacked = temporaryFolder()
    const rows = pydicom<[string, boolean, boolean, boolean, boolean][]>(
      `import zipfile\nzipfile.ZipFile(sys.argv[2]).extractall(sys.argv[3])\n${FILE_SET}`,
      ...[join(unpacked, 'DICOMDIR'), `${zip.path}.zip`, unpacked],
    )
    const every = filesBelow(join(unpacked, 'DICOM')).map((file) => [file, true, true, true, true])
    expect(every).toHaveLength(3)
    expect(rows.sort()).toEqual(every)
  })
})

it('of an object that only says where its pixels are is none: it is left out, and that is said', async () => {
  const [plain, referring] = [ctImage({ instance: 1 }), ctImage({ instance: 2 })]
  const request = { ...referring.request, TransferSyntaxUID: TransferSyntaxUIDs.JPIPReferenced }
  const bytes = referring.bytes.subarray(0, referring.bytes.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00])))
  const held = holding(plain, { request, bytes })
  const state = await exported(held, { StudyInstanceUIDs: held.StudyInstanceUIDs })
  expect(state).toMatchObject({ state: 'done', objects: 2, leftOut: [{ reason: 'pixels-elsewhere', count: 1 }] })
  expect(filesBelow(join(state.path, 'DICOM'))).toHaveLength(1)
})

describe('an export that does not come to its end', () => {
  const filled = () => {
    const cache = holding(
      ...[1, 2, 3, 4, 5, 6].map((instance) => ctImage({ instance }, { PixelData: randomBytes(64 * 64 * 2) })),
    )
    return { cache, StudyInstanceUIDs: cache.StudyInstanceUIDs }
  }

  it.each(['folder', 'zip'] as const)('leaves nothing of its %s when it is stopped', async (form) => {
    const { cache, StudyInstanceUIDs } = filled()
    const ending = new AbortController()
    const folder = temporaryFolder()
    let opened = 0
    let meanwhile: string[] = []
    const open = (key: number) => {
      opened += 1
      if (opened === 4) {
        meanwhile = readdirSync(folder)
        ending.abort()
      }
      return cache.open(key)
    }
    const state = await exported(
      { listInstanceKeys: (uids) => cache.listInstanceKeys(uids), open },
      { StudyInstanceUIDs, folder, form },
      ending.signal,
    )
    expect(meanwhile).toEqual([form === 'zip' ? 'DISC.zip.partial' : 'DISC.partial'])
    expect(state).toMatchObject({ state: 'cancelled', finished: 3 })
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves out what is damaged and says so, and never writes over what is there', async () => {
    const { cache, StudyInstanceUIDs } = filled()
    const [damagedKey] = await cache.listInstanceKeys({ StudyInstanceUID: StudyInstanceUIDs[0]! })
    const open = async (key: number): Promise<StoredObject> => {
      const object = await cache.open(key)
      const read = async (): Promise<Uint8Array> => {
        throw new CacheError('object-damaged', 'damaged')
      }
      return key === damagedKey ? { ...object, read } : object
    }
    const damaged = { listInstanceKeys: (uids: { StudyInstanceUID: string }) => cache.listInstanceKeys(uids), open }
    const first = await exported(damaged, { StudyInstanceUIDs })
    expect(first).toMatchObject({ state: 'done', finished: 6, leftOut: [{ reason: 'object-damaged', count: 1 }] })
    expect(filesBelow(join(first.path, 'DICOM'))).toHaveLength(5)
    const again = await exported(damaged, { StudyInstanceUIDs, folder: first.folder })
    expect(again).toMatchObject({ state: 'failed', fault: 'exists' })
    expect(filesBelow(join(first.path, 'DICOM'))).toHaveLength(5)
  })

  it('tells a folder that is not there or cannot be written, and a disk that is full', async () => {
    const { cache, StudyInstanceUIDs } = filled()
    const absent = join(temporaryFolder(), 'absent')
    expect(await exported(cache, { StudyInstanceUIDs, folder: absent })).toMatchObject({
      state: 'failed',
      fault: 'not-writable',
    })
    expect(await exported(cache, { StudyInstanceUIDs: ['1.2.3'] })).toMatchObject({
      state: 'failed',
      fault: 'nothing-to-export',
    })
    if (process.getuid?.() !== 0) {
      const closed = temporaryFolder()
      chmodSync(closed, 0o500)
      expect(await exported(cache, { StudyInstanceUIDs, folder: closed })).toMatchObject({ fault: 'not-writable' })
      return
    }
    const disk = mountSmallDisk(40 * 1024)
    try {
      for (const form of ['folder', 'zip'] as const) {
        const state = await exported(cache, { StudyInstanceUIDs, folder: disk.folder, form })
        expect([form, state.state, state.fault]).toEqual([form, 'failed', 'disk-full'])
        expect(readdirSync(disk.folder)).toEqual([])
      }
    } finally {
      disk.unmount()
    }
  })
})
