/**
 * The index with 1,000, 10,000 and 100,000 studies, built synthetically with as many instances each: pages of the study list in every order and
 * by every filter, counts, opening a study. Through the cache, as the station asks; the first page and the time for ten times the data count.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenedCache, openCache } from '../../main/cache/index.ts'
import { type StudyReportState, studySortColumn } from '../../main/contract/studies.ts'
import { STATION_KEY } from '../main/cache/data-sets.ts'
import { receivedAt, seriesUID, studyUID } from '../main/cache/queries/synthetic-studies.ts'
import { prepareIndex } from './index-data.ts'
import { median } from './process-figures.ts'
import type { Bench, BenchOptions } from './run.ts'

const SIZES = [1000, 10_000, 100_000]
/** Instances of each study: 10 million in the largest index. */
const INSTANCES = 100
/** Series of each study. */
const SERIES = 4
/** Questions of each kind a round. */
const REPEATED = 40
const targets = { firstPageP95: 20, tenTimesTheData: 1.5 }
/** ms below which a ratio of two times says nothing. */
const NOISE = 1

const rounded = (value: number): number => Number(value.toFixed(2))
const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN

const page = { search: '', modalities: [] as string[], sort: 'lastReceivedAt', descending: true, offset: 0, limit: 100 }

/** Of the newest twentieth every other one is to be read, of the others each fiftieth; a few are begun; all others are signed. */
const reportsOf = (studies: number): { StudyInstanceUID: string; state: StudyReportState }[] =>
  Array.from({ length: studies }, (_, at) => at + 1).flatMap((study) => {
    if (study % (study > studies * 0.95 ? 2 : 50) === 0) return []
    return { StudyInstanceUID: studyUID(study), state: study % 97 === 0 ? 'draft' : 'final' }
  })

type Question = (cache: OpenedCache, number: number, studies: number) => Promise<unknown>

/** First pages of the study list. */
const pages: Record<string, Question> = {
  ...Object.fromEntries(
    studySortColumn.options.map((sort) => [
      `sorted by ${sort}`,
      (cache: OpenedCache, number: number) => cache.listStudies({ ...page, sort, descending: number % 2 === 0 }),
    ]),
  ),
  'a name': (cache) => cache.listStudies({ ...page, search: 'martin' }),
  'a name and a given name': (cache) => cache.listStudies({ ...page, search: 'lefevre jean pierre' }),
  'the beginning of a name': (cache) => cache.listStudies({ ...page, search: 'm' }),
  'a PatientID': (cache, number, studies) =>
    cache.listStudies({ ...page, search: `P${(number * 131) % Math.min(studies, 15_000)}` }),
  'an AccessionNumber': (cache, number, studies) =>
    cache.listStudies({ ...page, search: `A${1 + ((number * 7919) % studies)}` }),
  'nothing found': (cache) => cache.listStudies({ ...page, search: 'zzzz' }),
  'a frequent modality': (cache) => cache.listStudies({ ...page, modalities: ['CT'], sort: 'PatientName' }),
  'a rare modality': (cache) => cache.listStudies({ ...page, modalities: ['ES'] }),
  'a month': (cache) =>
    cache.listStudies({ ...page, studyDateFrom: '20200301', studyDateTo: '20200331', sort: 'StudyDate' }),
  'a month by name': (cache) =>
    cache.listStudies({ ...page, studyDateFrom: '20200301', studyDateTo: '20200331', sort: 'PatientName' }),
  'received in the last twelve hours': (cache, _, studies) =>
    cache.listStudies({ ...page, receivedSince: receivedAt(studies - 720) }),
  'a name, a modality and a year': (cache) =>
    cache.listStudies({
      ...page,
      search: 'dubois',
      modalities: ['MR'],
      studyDateFrom: '20190101',
      studyDateTo: '20191231',
    }),
  'to be read': (cache) => cache.listStudies({ ...page, reports: ['none'] }),
  'to be read, a modality, by name': (cache) =>
    cache.listStudies({ ...page, reports: ['none', 'draft'], modalities: ['CT'], sort: 'PatientName' }),
  'signed, a name': (cache) => cache.listStudies({ ...page, reports: ['final'], search: 'martin' }),
}

const others: Record<string, Question> = {
  'page 50': (cache, _, studies) => cache.listStudies({ ...page, offset: Math.min(5000, studies - 100) }),
  'the counts': (cache) => cache.countStudies({ today: '20200301', receivedSince: '2026-01-01T00:00:00.000Z' }),
  'the count of a smart list': (cache, number) =>
    cache.countFiltered({ search: number % 2 ? 'tdm' : '', modalities: ['CT'], receivedSince: receivedAt(number) }),
  'a study with its series': (cache, number, studies) => cache.getStudy(studyUID(1 + ((number * 7919) % studies))),
  'the image headers of a series': (cache, number, studies) =>
    cache.imageHeaders(seriesUID(1 + ((number * 7919) % studies), 1)),
}

async function measure(cache: OpenedCache, question: Question, studies: number, count: number): Promise<number[]> {
  const times: number[] = []
  for (let number = 0; number < count; number += 1) {
    const from = performance.now()
    await question(cache, number, studies)
    times.push(performance.now() - from)
  }
  return times
}

interface Figures {
  studies: number
  instances: number
  /** Null: it was there from an earlier run. */
  buildSeconds: number | null
  indexBytes: number
  openMs: number
  times: Map<string, { p50: number; p95: number }>
}

async function figuresOf(
  studies: number,
  perStudy: number,
  { rounds, data, progress }: Pick<BenchOptions, 'rounds' | 'data' | 'progress'>,
): Promise<Figures> {
  const series = perStudy % SERIES === 0 ? SERIES : 1
  const size = { studies, series, images: perStudy / series }
  const folder = data ? join(data, `${studies}x${perStudy}`) : mkdtempSync(join(tmpdir(), 'astreinte-bench-'))
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  try {
    const { buildSeconds } = prepareIndex(folder, size, progress)
    const opened = performance.now()
    const cache = await openCache({ dataFolder: folder, stationKey: STATION_KEY, log, reserveBytes: 0 })
    const openMs = rounded(performance.now() - opened)
    await cache.noteReports(reportsOf(studies), true)
    const times = new Map<string, { p50: number; p95: number }>()
    for (const [name, question] of Object.entries({ ...pages, ...others })) {
      await measure(cache, question, studies, 5)
      const all = await measure(cache, question, studies, REPEATED * rounds)
      times.set(name, { p50: rounded(median(all)), p95: rounded(p95(all)) })
    }
    const { instances } = await cache.totals()
    await cache.close()
    return { studies, instances, buildSeconds, indexBytes: statSync(join(folder, 'index.sqlite')).size, openMs, times }
  } finally {
    if (!data) rmSync(folder, { recursive: true, force: true })
  }
}

export const index: Bench = {
  name: 'index',
  async run({ size = INSTANCES, ...options }) {
    const { rounds, progress } = options
    const [loadBefore = 0] = loadavg()
    const all: Figures[] = []
    for (const studies of SIZES) {
      const figures = await figuresOf(studies, size, options)
      all.push(figures)
      progress(
        `${studies} studies, ${figures.instances} instances, ${figures.buildSeconds === null ? 'made before' : `made in ${figures.buildSeconds} s`}`,
      )
    }
    const [, tenth, largest] = all
    const rows = [...Object.keys(pages), ...Object.keys(others)].map((name) => {
      const of = (figures?: Figures) => figures?.times.get(name) ?? { p50: Number.NaN, p95: Number.NaN }
      const isPage = name in pages
      const ratio = Math.max(of(largest).p50, NOISE) / Math.max(of(tenth).p50, NOISE)
      const isFast = !isPage || of(largest).p95 <= targets.firstPageP95
      const ok = isFast && (!isPage || ratio <= targets.tenTimesTheData)
      return { name, ms: all.map((figures) => of(figures)), ofTenth: rounded(ratio), ok }
    })
    for (const { name, ms, ofTenth, ok } of rows) {
      progress(
        `${ok ? ' ' : '✘'} ${name}: p50 ${ms.map(({ p50 }) => p50).join(' / ')}, p95 ${ms.map((each) => each.p95).join(' / ')}, ×${ofTenth}`,
      )
    }
    return {
      rounds,
      machine: { cores: availableParallelism(), loadBefore: rounded(loadBefore) },
      indexes: all.map(({ times: _, ...figures }) => figures),
      rows,
      targets,
      ok: rows.every((row) => row.ok),
    }
  },
}
