/** Sending dropped files to the station, a few at a time: how far, how fast, what was not taken and why; can be stopped and gone on with. */
import { create } from 'zustand'
import type { ImportOutcome } from '../../main/contract/importer.ts'
import { stationFetch } from '../services/connection.ts'
import { type DroppedItem, type FoundFile, filesIn } from './dropped-files.ts'

/** Files on their way at once: the window's six connections are also needed for pictures. */
const PARALLEL = 2
const MAX_BYTES = 2 * 1024 ** 3
/** Refused files named one by one; beyond that they are counted. */
const MAX_NAMED = 500

export interface RefusedFile {
  name: string
  /** A code of the locales, `problems:import.*`. */
  reason: string
}

export type ImportState = 'idle' | 'running' | 'done' | 'cancelled' | 'interrupted'

interface ImportJob {
  state: ImportState
  /** Why an interrupted job stopped: the station does not answer, or its disk is full. */
  interruption: 'no-answer' | 'disk-full' | null
  /** Files found so far, and whether all folders were walked. */
  found: number
  walked: boolean
  finished: number
  bytes: number
  startedAt: number
  counts: Record<ImportOutcome['outcome'], number>
  refused: readonly RefusedFile[]
}

const noJob: ImportJob = {
  state: 'idle',
  interruption: null,
  found: 0,
  walked: false,
  finished: 0,
  bytes: 0,
  startedAt: 0,
  counts: { stored: 0, duplicate: 0, version: 0, refused: 0 },
  refused: [],
}

export const useImportJob = create<ImportJob>(() => noJob)
const { getState: job, setState: change } = useImportJob

let waiting: FoundFile[] = []
let walking = 0
let sending = 0
let abort = new AbortController()
let wake: (() => void)[] = []

type Sent = ImportOutcome | { outcome: 'stopped'; interruption: ImportJob['interruption'] }

/** What became of one file; `stopped` when the job cannot go on and the file stays waiting. */
async function send({ file }: FoundFile, signal: AbortSignal): Promise<Sent> {
  if (file === null) return { outcome: 'refused', reason: 'unreadable-file' }
  if (file.size === 0) return { outcome: 'refused', reason: 'not-dicom' }
  if (file.size > MAX_BYTES) return { outcome: 'refused', reason: 'too-large' }
  try {
    const response = await stationFetch('/import', {
      method: 'POST',
      body: file,
      headers: { 'content-type': 'application/dicom' },
      signal,
    })
    if (response.status === 413) return { outcome: 'refused', reason: 'too-large' }
    if (!response.ok) return { outcome: 'stopped', interruption: 'no-answer' }
    const answer = (await response.json()) as ImportOutcome
    return answer.reason === 'disk-full' ? { outcome: 'stopped', interruption: 'disk-full' } : answer
  } catch {
    return (await isReadable(file))
      ? { outcome: 'stopped', interruption: 'no-answer' }
      : { outcome: 'refused', reason: 'unreadable-file' }
  }
}

/** Whether a file can still be read: `fetch` fails alike for a gone file and a gone station. */
const isReadable = async (file: File): Promise<boolean> =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )

function note(found: FoundFile, { outcome, reason }: ImportOutcome): void {
  change((state) => ({
    finished: state.finished + 1,
    bytes: state.bytes + (found.file?.size ?? 0),
    counts: { ...state.counts, [outcome]: state.counts[outcome] + 1 },
    refused:
      outcome === 'refused' && state.refused.length < MAX_NAMED
        ? [...state.refused, { name: found.name, reason: reason ?? 'not-dicom' }]
        : state.refused,
  }))
}

async function work(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const found = waiting.shift()
    if (found === undefined) {
      if (walking === 0) return
      await new Promise<void>((resolve) => wake.push(resolve))
      continue
    }
    const sent = await send(found, signal)
    if (sent.outcome !== 'stopped') {
      note(found, sent)
      continue
    }
    waiting.unshift(found)
    if (!signal.aborted) {
      change({ state: 'interrupted', interruption: sent.interruption })
      abort.abort()
    }
  }
}

const wakeAll = () => {
  for (const resolve of wake) resolve()
  wake = []
}

async function run(): Promise<void> {
  abort = new AbortController()
  const { signal } = abort
  signal.addEventListener('abort', wakeAll)
  const workers = Array.from({ length: PARALLEL - sending }, async () => {
    sending += 1
    await work(signal).finally(() => {
      sending -= 1
    })
  })
  await Promise.all(workers)
  if (!signal.aborted && sending === 0 && job().state === 'running') change({ state: 'done' })
}

/** Sends everything below `items`; joins a job that is running. */
export async function importItems(items: DroppedItem[]): Promise<void> {
  const joins = job().state === 'running'
  if (!joins) {
    waiting = []
    change({ ...noJob, state: 'running', startedAt: Date.now() })
  }
  walking += 1
  change({ walked: false })
  const started = joins ? Promise.resolve() : run()
  for await (const found of filesIn(items)) {
    if (job().state === 'cancelled') break
    waiting.push(found)
    change((state) => ({ found: state.found + 1 }))
    wakeAll()
  }
  walking -= 1
  change({ walked: walking === 0 })
  wakeAll()
  await started
}

/** Stops: what was stored stays, what is on its way is dropped, the rest is not sent. */
export function cancelImport(): void {
  waiting = []
  change({ state: 'cancelled' })
  abort.abort()
}

/** Goes on with what an interrupted job had not sent. */
export function resumeImport(): void {
  change({ state: 'running', interruption: null })
  void run()
}

/** Forgets a job that is over. */
export const dismissImport = (): void => change(noJob)
