/** Exports that come to no good end: what is said, and what is left. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ExportRequest, ExportState } from '../../../main/contract/exporter.ts'
import { createExporter, type Exporter, type ExporterOptions } from '../../../main/exporter/exporter.ts'
import { filesBelow, foundInClear, imagesOfPatient, secrets } from '../../helpers/recognisable-patient.ts'
import { mountSmallDisk, type SmallDisk } from '../../helpers/small-disk.ts'
import { ctImage, store } from '../cache/data-sets.ts'
import { testRecords } from '../cache/records/test-records.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { silent, testCache } from '../cache/test-cache.ts'
import { exported, type HeldObjects, holding } from './exporting.ts'

const forms = ['folder', 'zip'] as const
const canMount = process.platform === 'linux' && process.getuid?.() === 0

/** Two objects in each of three series. */
const objects = () =>
  holding(...Array.from({ length: 6 }, (_, index) => ctImage({ series: 1 + (index >> 1), instance: index + 1 })))

/** The same objects; something happens before the fifth is opened, the first of its series. */
const interruptedBy = (held: HeldObjects, happen: () => void): HeldObjects => {
  let opened = 0
  return {
    ...held,
    open: (key) => {
      opened += 1
      if (opened === 5) happen()
      return held.open(key)
    },
  }
}

const smallDisk = (bytes: number): SmallDisk => {
  const disk = mountSmallDisk(bytes)
  onTestFinished(() => disk.unmount())
  return disk
}

const mount = (...given: string[]): void => {
  expect(spawnSync('/bin/mount', given).status).toBe(0)
}

/** Notes in memory, as the records keep them. */
const memoryNotes = (): ExporterOptions['notes'] => {
  const kept = new Map<string, string>()
  return {
    loadDocument: async (name) => kept.get(name) ?? null,
    saveDocument: async (name, text) => void kept.set(name, text),
  }
}

const exporterOf = (cache: ExporterOptions['cache'], notes: ExporterOptions['notes']) => {
  const ended: string[] = []
  const exporter = createExporter({
    cache,
    notes,
    log: silent,
    hold: () => () => undefined,
    onChange: () => undefined,
    onEnd: ({ fault }, { StudyInstanceUIDs }) => void ended.push(`${fault} ${StudyInstanceUIDs.join()}`),
  })
  onTestFinished(() => exporter.stop())
  return { exporter, ended }
}

const endOf = async (exporter: Exporter, request: Omit<ExportRequest, 'deidentification' | 'name'>) => {
  const exportId = exporter.start({ ...request, name: 'DISC', deidentification: null })
  const state = (): ExportState | undefined => exporter.exports().find((one) => one.exportId === exportId)
  await expect.poll(() => state()?.state, { timeout: 20_000 }).not.toBe('running')
  return state()
}

it.each(forms)('fails when what is written is taken away under it, and makes nothing anew (%s)', async (form) => {
  const held = objects()
  const folder = temporaryFolder()
  const elsewhere = join(temporaryFolder(), 'elsewhere')
  const partial = join(folder, form === 'zip' ? 'DISC.zip.partial' : 'DISC.partial')
  const state = await exported(
    interruptedBy(held, () => renameSync(partial, elsewhere)),
    { StudyInstanceUIDs: held.StudyInstanceUIDs, folder, form },
  )
  expect(state).toMatchObject({ state: 'failed', fault: 'gone' })
  expect(readdirSync(folder)).toEqual([])
})

it.runIf(canMount).each(forms)(
  'says that a stick was pulled out and that something is left on it (%s)',
  async (form) => {
    const held = objects()
    const disk = smallDisk(8 * 1024 * 1024)
    const { StudyInstanceUIDs } = held
    const pulled = interruptedBy(held, () => void spawnSync('/bin/umount', ['-l', disk.folder]))
    const state = await exported(pulled, { StudyInstanceUIDs, folder: disk.folder, form })
    expect(state).toMatchObject({ state: 'failed', fault: 'gone', isLeft: true })
    expect(readdirSync(disk.folder)).toEqual([])
  },
)

it.runIf(canMount)('tells a disk that cannot be written to from one that became so', async () => {
  const held = objects()
  const { StudyInstanceUIDs } = held
  const disk = smallDisk(8 * 1024 * 1024)
  const { folder } = disk
  const locked = interruptedBy(held, () => mount('-o', 'remount,ro', folder))
  expect(await exported(locked, { StudyInstanceUIDs, folder })).toMatchObject({ fault: 'not-writable', isLeft: true })
  expect(readdirSync(folder)).toEqual(['DISC.partial'])
  const again = await exported(held, { StudyInstanceUIDs, folder, name: 'OTHER', form: 'zip' })
  expect(again).toMatchObject({ state: 'failed', fault: 'not-writable', isLeft: false })
})

it('tells a file system that takes no file of that size from a disk that is full', async () => {
  const held = objects()
  const failing = interruptedBy(held, () => {
    throw Object.assign(new Error('File too large'), { code: 'EFBIG' })
  })
  const state = await exported(failing, { StudyInstanceUIDs: held.StudyInstanceUIDs })
  expect(state).toMatchObject({ fault: 'file-too-large', isLeft: false })
})

it.runIf(canMount)('says how much room it takes and how much there is', async () => {
  const cache = await testCache()
  for (let instance = 1; instance <= 6; instance += 1) await store(cache, ctImage({ instance, rows: 256 }))
  const disk = smallDisk(256 * 1024)
  const { exporter } = exporterOf(cache, memoryNotes())
  const state = await endOf(exporter, { StudyInstanceUIDs: ['1.2.826.0.1.77.1'], folder: disk.folder, form: 'folder' })
  expect(state).toMatchObject({ state: 'failed', fault: 'disk-full', isLeft: false })
  expect(state?.room?.needed).toBeGreaterThan(6 * 256 * 256 * 2)
  expect(state?.room?.free).toBeGreaterThan(200 * 1024)
  expect(state?.room?.free).toBeLessThanOrEqual(256 * 1024)
  expect(readdirSync(disk.folder)).toEqual([])
})

it.runIf(canMount)(
  'removes what was left on a stick once it is there again, and nothing that is not its own',
  async () => {
    const held = objects()
    const disk = smallDisk(8 * 1024 * 1024)
    const { folder } = disk
    const notes = memoryNotes()
    const cache = { ...interruptedBy(held, () => mount('-o', 'remount,ro', folder)), getStudy: async () => null }
    const { exporter } = exporterOf(cache, notes)
    const request = { StudyInstanceUIDs: held.StudyInstanceUIDs, folder, form: 'folder' as const }
    expect(await endOf(exporter, request)).toMatchObject({ fault: 'not-writable', isLeft: true })
    mount('-o', 'remount,rw', folder)
    const next = exporterOf(cache, notes)
    // Known already: nobody is told twice.
    await next.exporter.resume()
    expect([next.ended, next.exporter.exports()]).toEqual([[], []])
    expect(readdirSync(folder)).toEqual([])
    mkdirSync(join(folder, 'DISC.partial'))
    writeFileSync(join(folder, 'DISC.partial', 'note.txt'), 'not ours')
    expect(await endOf(next.exporter, request)).toMatchObject({ state: 'failed', fault: 'exists' })
    expect(filesBelow(folder)).toEqual([join(folder, 'DISC.partial', 'note.txt')])
  },
)

it.each(forms)(
  'killed in the middle: nothing looks whole, nothing stays, it is said, and the next one works (%s)',
  async (form) => {
    const dataFolder = temporaryFolder()
    const target = temporaryFolder()
    const TMPDIR = temporaryFolder()
    const cache = await testCache({ dataFolder })
    for (const image of imagesOfPatient(5)) expect((await store(cache, image)).kind).toBe('stored')
    await cache.close()
    const script = join(import.meta.dirname, 'exporting-process.ts')
    const child = spawn(process.execPath, [script, dataFolder, target, form], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR },
    })
    const exit = once(child, 'exit')
    expect(String((await once(child.stdout, 'data'))[0])).toBe('in the middle\n')
    child.kill('SIGKILL')
    await exit
    const name = form === 'zip' ? 'DISC.zip' : 'DISC'
    expect(readdirSync(target)).toEqual([`${name}.partial`])
    expect(filesBelow(target).filter((file) => file.endsWith('DICOMDIR'))).toEqual([])
    expect(foundInClear(dataFolder, TMPDIR)).toEqual([])

    const again = await testCache({ dataFolder })
    const records = await testRecords(dataFolder)
    const { exporter, ended } = exporterOf(again, records.notes)
    await exporter.resume()
    expect(exporter.exports()).toMatchObject([
      { state: 'failed', fault: 'interrupted', isLeft: false, path: join(target, name), form },
    ])
    expect(ended).toEqual([`interrupted ${secrets.StudyInstanceUID}`])
    expect(readdirSync(target)).toEqual([])
    const request = { StudyInstanceUIDs: [secrets.StudyInstanceUID], folder: target, form }
    expect(await endOf(exporter, request)).toMatchObject({ state: 'done', fault: null, finished: 5 })
    expect(readdirSync(target)).toEqual([name])
    expect(foundInClear(dataFolder, TMPDIR)).toEqual([])
  },
  180_000,
)
