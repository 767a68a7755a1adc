import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { IngestOutcome } from '../../../main/cache/cache.ts'
import type { Intake as IntakeState } from '../../../main/contract/importer.ts'
import { part10Header } from '../../../main/dataset/index.ts'
import { Intake, type IntakeCache } from '../../../main/importer/intake.ts'
import { filesAtAll } from '../../../main/importer/sources/folder-files.ts'
import { pydicomFolder } from '../../helpers/corpora.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'
import { ctImage, type TestObject } from '../cache/data-sets.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { testCache } from '../cache/test-cache.ts'
import { rawZip, zipOf } from './zip-archive.ts'

/** The file of an object. */
const part10 = ({ request, bytes }: TestObject): Buffer => Buffer.concat([part10Header(request), bytes])

/** A cache that takes everything and holds nothing. */
const emptyCache = () =>
  Object.assign(createMemoryCache(), {
    listInstances: async () => [],
    getStudy: async () => null,
    searchAttributes: async () => [],
  })

const inState = (intake: Intake, ...states: IntakeState['state'][]) =>
  expect.poll(() => intake.state.state, { interval: 10 }).toSatisfy((state) => states.includes(state))

async function looked(cache: IntakeCache, ...paths: string[]): Promise<Intake> {
  const source = { given: paths, found: () => filesAtAll(paths), close: () => undefined }
  const intake = new Intake({ cache, source, onChange: () => undefined })
  await inState(intake, 'ready')
  return intake
}

async function taken(cache: IntakeCache, ...paths: string[]): Promise<Intake> {
  const intake = await looked(cache, ...paths)
  expect(intake.take()).toBe(true)
  await inState(intake, 'done')
  return intake
}

const folderWith = (files: Readonly<Record<string, Uint8Array>>): string => {
  const folder = temporaryFolder()
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  return folder
}

describe('an intake', () => {
  it('shows patients, studies, counts and sizes before anything is taken', async () => {
    const objects = [1, 2, 3].map((instance) => part10(ctImage({ instance, series: instance > 2 ? 2 : 1 })))
    const folder = folderWith({
      'a/1': objects[0]!,
      'a/2': objects[1]!,
      'b.dcm': objects[2]!,
      'c.txt': Buffer.from('no'),
    })
    const cache = emptyCache()
    const { state } = await looked(cache, folder)
    expect(cache.objects).toEqual([])
    expect(state).toMatchObject({ files: 4, objects: 3, unidentified: 0, refusedTotal: 1, directory: 'none' })
    expect(state.refused.map(({ reason }) => reason)).toEqual(['not-dicom'])
    expect(state.patients).toHaveLength(1)
    expect(state.patients[0]?.studies).toMatchObject([
      {
        Modalities: ['CT'],
        series: 2,
        instances: 3,
        here: 0,
        bytes: objects.reduce((sum, { length }) => sum + length, 0),
      },
    ])
  })

  it('takes only the studies that were chosen', async () => {
    const [one, two] = [ctImage({ study: 1 }), ctImage({ study: 2 })]
    const folder = folderWith({ one: part10(one), two: part10(two) })
    const cache = emptyCache()
    const intake = await looked(cache, folder)
    const wanted = intake.state.patients[1]?.studies[0]?.StudyInstanceUID ?? ''
    intake.take([wanted])
    await inState(intake, 'done')
    expect(intake.state.progress).toMatchObject({ finished: 1, total: 1 })
    expect(cache.objects).toHaveLength(1)
  })

  it('never follows links, and says of everything that was not taken why', async () => {
    const folder = folderWith({
      'real.dcm': part10(ctImage()),
      empty: Buffer.alloc(0),
      'broken.zip': Buffer.from('PK\x03\x04 no'),
    })
    symlinkSync(folder, join(folder, 'circle'))
    symlinkSync('/dev/zero', join(folder, 'endless'))
    const { state } = await taken(emptyCache(), folder, join(folder, 'absent'))
    expect(state.progress.counts.stored).toBe(1)
    expect(state.refused.map(({ name, reason }) => [name.split('/').at(-1), reason])).toEqual([
      ['broken.zip', 'archive-damaged'],
      ['circle', 'link'],
      ['empty', 'empty-file'],
      ['endless', 'link'],
      ['absent', 'unreadable-file'],
    ])
  })

  it.skipIf(process.platform !== 'linux')('takes files and archives whose names are no UTF-8', async () => {
    const folder = temporaryFolder()
    const old = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('S\xe9rie', 'latin1')])
    mkdirSync(old)
    const archive = await zipOf({ '2.dcm': part10(ctImage({ instance: 2 })) })
    writeFileSync(Buffer.concat([old, Buffer.from('/\xe9t\xe9.dcm', 'latin1')]), part10(ctImage()))
    writeFileSync(Buffer.concat([old, Buffer.from('/\xe0.txt', 'latin1')]), 'no')
    writeFileSync(Buffer.concat([old, Buffer.from('/\xe0.zip', 'latin1')]), archive)
    const { state } = await taken(emptyCache(), folder)
    expect(state.progress.counts).toMatchObject({ stored: 2, refused: 0 })
    expect(state.refused).toEqual([{ name: `${basename(folder)}/Série/à.txt`, reason: 'not-dicom' }])
  })

  it('stops where it is asked to, and keeps what was stored', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`${at}`, part10(ctImage({ instance: at + 1 }))]),
    )
    const cache = emptyCache()
    const intake = await looked(cache, folderWith(files))
    const end = Promise.withResolvers<void>()
    const { ingest } = cache
    cache.ingest = (request) => {
      if (cache.objects.length >= 5) end.resolve()
      return ingest(request)
    }
    intake.take()
    await end.promise
    await intake.cancel()
    expect(intake.state.state).toBe('cancelled')
    expect(intake.state.progress.finished).toBeLessThan(40)
    expect(cache.objects.length).toBe(intake.state.progress.counts.stored)
  })

  it('waits when the disk is full, and goes on where it was with nothing left out', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`${at}`, part10(ctImage({ instance: at + 1 }))]),
    )
    const cache = emptyCache()
    const full: IngestOutcome = { kind: 'refused', reason: 'disk-full' }
    const stored: IngestOutcome = { kind: 'stored', instanceKey: 1, StudyInstanceUID: '1', SeriesInstanceUID: '1' }
    cache.outcomes.push(stored, stored, stored, full, full, full, full)
    const intake = await looked(cache, folderWith(files))
    intake.take()
    await inState(intake, 'interrupted')
    await expect.poll(() => cache.outcomes.length).toBeLessThan(4)
    cache.outcomes.length = 0
    expect(intake.take()).toBe(true)
    await inState(intake, 'done')
    expect(intake.state.progress).toMatchObject({ finished: 12, total: 12, counts: { stored: 12, refused: 0 } })
  })

  it('leaves nothing out that was still on its way when a person made room and went on', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 4 }, (_, at) => [`${at}`, part10(ctImage({ instance: at + 1 }))]),
    )
    const cache = emptyCache()
    const [allBegun, slow] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const full: IngestOutcome = { kind: 'refused', reason: 'disk-full' }
    const { ingest } = cache
    let begun = 0
    cache.ingest = (request) => {
      const writer = ingest(request)
      begun += 1
      if (begun > 4) return writer
      if (begun === 4) allBegun.resolve()
      const answer = begun === 1 ? slow.promise : allBegun.promise
      return { ...writer, end: () => answer.then(() => full) }
    }
    const intake = await looked(cache, folderWith(files))
    intake.take()
    await inState(intake, 'interrupted')
    expect(intake.take()).toBe(true)
    await expect.poll(() => intake.state.progress.finished, { interval: 10 }).toBe(3)
    slow.resolve()
    await inState(intake, 'done')
    expect(intake.state.progress).toMatchObject({ finished: 4, total: 4, counts: { stored: 4, refused: 0 } })
  })
})

describe('a ZIP archive', () => {
  it('is taken whole, and an archive in it is not opened', async () => {
    const inner = await zipOf({ 'x.dcm': part10(ctImage({ instance: 9 })) })
    const archive = await zipOf({
      'd/1.dcm': part10(ctImage({ instance: 1 })),
      '2': part10(ctImage({ instance: 2 })),
      'in.zip': inner,
    })
    const cache = emptyCache()
    const { state } = await taken(cache, join(folderWith({ 'disc.zip': archive }), 'disc.zip'))
    expect(state.progress.counts.stored).toBe(2)
    expect(state.refused).toEqual([{ name: 'disc.zip/in.zip', reason: 'nested-archive' }])
    const dataSets = [ctImage({ instance: 1 }), ctImage({ instance: 2 })]
      .map(({ bytes }) => bytes.toString('base64'))
      .sort()
    expect(cache.objects.map(({ dataSet }) => dataSet.toString('base64')).sort()).toEqual(dataSets)
  })

  it('does not get out of its own names, and wrong bytes are not stored', async () => {
    const bytes = part10(ctImage())
    const archive = rawZip([
      { name: '../../outside.dcm', bytes },
      { name: '/etc/outside.dcm', bytes },
      { name: 'locked.dcm', bytes, flags: 1 },
      { name: 'odd.dcm', bytes, method: 99 },
      { name: 'wrong.dcm', bytes, crc: 1 },
      { name: 'short.dcm', bytes, size: bytes.length - 10 },
    ])
    const cache = emptyCache()
    const { state } = await taken(cache, join(folderWith({ 'a.zip': archive }), 'a.zip'))
    expect(cache.objects).toEqual([])
    expect(state.refused.map(({ name, reason }) => [name, reason]).sort()).toEqual([
      ['a.zip/../../outside.dcm', 'unsafe-name'],
      ['a.zip//etc/outside.dcm', 'unsafe-name'],
      ['a.zip/locked.dcm', 'encrypted'],
      ['a.zip/odd.dcm', 'unknown-compression'],
      ['a.zip/short.dcm', 'archive-damaged'],
      ['a.zip/wrong.dcm', 'archive-damaged'],
    ])
  })

  it('is refused as a whole when it would swell beyond measure, before anything of it is inflated', async () => {
    const zeros = Buffer.alloc(1024 * 1024)
    const overlapping = rawZip(
      Array.from({ length: 2_000 }, (_, at) => ({
        name: `${at}`,
        bytes: zeros.subarray(0, 4096),
        ...(at > 0 ? { sharesDataOf: 0 } : {}),
      })),
    )
    const swelling = rawZip([{ name: 'all', bytes: zeros, size: 2 ** 31 }])
    const folder = folderWith({ 'a.zip': overlapping, 'b.zip': swelling })
    const { state } = await looked(emptyCache(), folder)
    expect(state).toMatchObject({ files: 2, objects: 0 })
    expect(state.refused.map(({ reason }) => reason)).toEqual(['archive-too-large', 'archive-too-large'])
  })
})

describe('a disc', () => {
  const source = pydicomFolder('test_files')
  const variants = ['', '-bigEnd', '-implicit', '-nooffset', '-nopatient', '-reordered', '-empty.dcm']
  const imported = (cache: ReturnType<typeof emptyCache>) =>
    cache.objects.map(({ request }) => request.SOPInstanceUID).sort()
  const disc = (variant: string | null): string => {
    const folder = temporaryFolder()
    const from = join(source ?? '', 'dicomdirtests')
    for (const name of ['77654033', '98892001', '98892003'])
      cpSync(join(from, name), join(folder, name), { recursive: true })
    if (variant !== null) cpSync(join(from, `DICOMDIR${variant}`), join(folder, 'DICOMDIR'))
    return folder
  }

  it.skipIf(!source).each(variants)('is imported whole by its DICOMDIR%s, seen as without it', async (variant) => {
    const [withDirectory, without] = [emptyCache(), emptyCache()]
    const [one, other] = [await taken(withDirectory, disc(variant)), await taken(without, disc(null))]
    expect(imported(withDirectory)).toEqual(imported(without))
    expect(one.state.objects).toBe(other.state.objects)
    expect(one.state.patients).toEqual(other.state.patients)
    expect(one.state.missing).toEqual([])
    // Without its patient's record nothing leads to these.
    expect(one.state.unnamed).toBe(variant === '-nopatient' ? 30 : 0)
    expect(one.state.directory).toBe(['-nooffset', '-empty.dcm'].includes(variant) ? 'not-believed' : 'used')
  })

  it.skipIf(!source)(
    'says which files are missing, and does not believe a DICOMDIR that contradicts them',
    async () => {
      const folder = disc('')
      rmSync(join(folder, '77654033', 'CR1'), { recursive: true })
      const { state } = await looked(emptyCache(), folder)
      expect(state.missing).toHaveLength(state.missingTotal)
      expect(state.missing.every((name) => name.includes('77654033/CR1/'))).toBe(true)
      expect(state.missingTotal).toBeGreaterThan(0)

      const exchanged = disc('')
      cpSync(join(exchanged, '98892003'), join(exchanged, '98892001'), { recursive: true, force: true })
      writeFileSync(join(exchanged, '77654033', 'CR1', '6154'), part10(ctImage()))
      const cache = emptyCache()
      const intake = await taken(cache, exchanged)
      expect(intake.state.directory).toBe('not-believed')
      expect(cache.objects).toHaveLength(intake.state.objects)
    },
  )

  it.skipIf(!source)('says how many objects lie on it that its DICOMDIR does not name', async () => {
    const folder = disc('')
    mkdirSync(join(folder, 'MORE'))
    for (const instance of [1, 2]) writeFileSync(join(folder, 'MORE', `${instance}`), part10(ctImage({ instance })))
    writeFileSync(join(folder, 'README.TXT'), 'no')
    writeFileSync(join(folder, 'REST.ZIP'), await zipOf({ '3': part10(ctImage({ instance: 3 })) }))
    const { state } = await looked(emptyCache(), folder)
    expect(state).toMatchObject({ directory: 'used', unnamed: 3, missingTotal: 0 })
  })

  it.skipIf(!source)(
    'is shown as its files say also where its DICOMDIR had told otherwise before it was found out',
    async () => {
      const lie = (variant: string | null): string => {
        const folder = disc(variant)
        const [series, last] = [join(folder, '77654033', 'CT2'), join(folder, '98892003')]
        // The last file of a series that was believed is another patient's; a file of a later one gives the DICOMDIR away.
        writeFileSync(join(series, readdirSync(series).sort().at(-1) ?? ''), part10(ctImage()))
        for (const { name, parentPath } of readdirSync(last, { recursive: true, withFileTypes: true }).filter((each) =>
          each.isFile(),
        ))
          writeFileSync(join(parentPath, name), part10(ctImage({ instance: 2 })))
        return folder
      }
      const [one, other] = [await looked(emptyCache(), lie('')), await looked(emptyCache(), lie(null))]
      expect(one.state.directory).toBe('not-believed')
      const sorted = ({ patients }: IntakeState) => patients.map((patient) => JSON.stringify(patient)).sort()
      expect(sorted(one.state)).toEqual(sorted(other.state))
    },
  )
})

describe('what the cache knows', () => {
  it('is counted as here, and other demographics are shown and never merged', async () => {
    const cache = await testCache()
    const known = ctImage(
      {},
      {
        PatientName: 'MARTIN^Élise',
        PatientID: 'P1',
        PatientBirthDate: '19510203',
        SpecificCharacterSet: 'ISO_IR 192',
      },
    )
    await taken(cache, join(folderWith({ known: part10(known) }), 'known'))
    const same = ctImage(
      { instance: 2 },
      { PatientName: 'Martin^Elise', PatientID: 'P1', PatientBirthDate: '19510203' },
    )
    const other = ctImage(
      { study: 2 },
      {
        PatientName: 'MARTIN^Élodie',
        PatientID: 'P1',
        PatientBirthDate: '19801231',
        SpecificCharacterSet: 'ISO_IR 192',
      },
    )
    const intake = await looked(cache, folderWith({ known: part10(known), same: part10(same), other: part10(other) }))
    const { patients } = intake.state
    expect(
      patients.map(({ PatientName, studies, conflicts }) => [
        PatientName.Alphabetic,
        studies.map(({ instances, here }) => [instances, here]),
        conflicts.map(({ with: where, reason, keywords }) => [where, reason, keywords]),
      ]),
    ).toEqual([
      ['MARTIN^Élise', [[1, 1]], [['intake', 'same-identifier', ['PatientName', 'PatientBirthDate']]]],
      [
        'MARTIN^Élodie',
        [[1, 0]],
        [
          ['cache', 'same-identifier', ['PatientName', 'PatientBirthDate']],
          ['intake', 'same-identifier', ['PatientName', 'PatientBirthDate']],
          ['intake', 'same-identifier', ['PatientName', 'PatientBirthDate']],
        ],
      ],
      ['Martin^Elise', [[1, 0]], [['intake', 'same-identifier', ['PatientName', 'PatientBirthDate']]]],
    ])
    expect(intake.take()).toBe(true)
    await inState(intake, 'done')
    expect(intake.state.progress.counts).toMatchObject({ stored: 2, duplicate: 1 })
    const { rows } = await cache.listStudies({
      search: '',
      modalities: [],
      sort: 'PatientName',
      descending: false,
      offset: 0,
      limit: 10,
    })
    expect(rows).toHaveLength(2)
  })
})
