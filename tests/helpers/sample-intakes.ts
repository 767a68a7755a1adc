/**
 * The importer's side of a sample station: a made-up disc, and an intake in every state that a window can show. What a window offers is really
 * looked at and taken, into a cache in memory.
 */
import type { HandlersOf } from '../../main/contract/define.ts'
import type { FolderListing, Intake } from '../../main/contract/importer.ts'
import type { StationContract } from '../../main/contract/index.ts'
import { createIntakes, type Intakes } from '../../main/importer/intakes.ts'
import { createMemoryCache, type MemoryCache } from './memory-cache.ts'

type Handlers = HandlersOf<StationContract>['importer']
type IntakeHandlers = Omit<Handlers, 'demos' | 'loadDemo' | 'cancelDemo'>

export interface SampleIntakes {
  handlers: IntakeHandlers
  /** Takes what a window gives of its files. */
  giveOffered: Intakes['giveOffered']
  /** Objects that were taken of what windows offered. */
  stored: MemoryCache['objects']
  /** Paths that were given to look at, and studies that were taken. */
  looked: string[][]
  taken: (string[] | undefined)[]
  /** Changes the intake and tells the windows. */
  change(change: Partial<Intake>): void
  join(tell: (intakeId: string) => void): void
}

const folder = (path: string, names: readonly string[], files: readonly [string, number][]): FolderListing => ({
  path,
  parent: path === '/' ? null : path.slice(0, path.lastIndexOf('/')) || '/',
  entries: [
    ...names.map((name) => ({ name, path: `${path}/${name}`, isFolder: true, bytes: 0 })),
    ...files.map(([name, bytes]) => ({ name, path: `${path}/${name}`, isFolder: false, bytes })),
  ],
  isShortened: false,
  places: [
    { name: '/home/radiologue', path: '/home/radiologue' },
    { name: '/media/radiologue/CD_IRM', path: '/media/radiologue/CD_IRM' },
  ],
})

const folders: readonly FolderListing[] = [
  folder('/home/radiologue', ['Bureau', 'Documents', 'Téléchargements'], [['clinique.zip', 184_300_000]]),
  folder('/home/radiologue/Téléchargements', [], [['TDM-2024.zip', 96_000_000]]),
  folder(
    '/media/radiologue/CD_IRM',
    ['DICOM', 'VIEWER'],
    [
      ['DICOMDIR', 61_440],
      ['LISEZMOI.TXT', 1_204],
    ],
  ),
]

const person = {
  PatientName: { Alphabetic: 'MARTIN^Élise' },
  PatientID: 'IPP100000',
  IssuerOfPatientID: 'CH Gray',
  PatientBirthDate: '19510203',
  PatientSex: 'F',
}

/** A disc of two patients, one of whom contradicts a patient who is known here. */
export const sampleIntake = (): Intake => ({
  intakeId: 'sample',
  given: ['/media/radiologue/CD_IRM'],
  state: 'ready',
  interruption: null,
  files: 642,
  bytes: 331_400_000,
  objects: 612,
  objectBytes: 322_100_000,
  unidentified: 0,
  patients: [
    {
      ...person,
      conflicts: [
        {
          with: 'cache',
          reason: 'same-identifier',
          other: { ...person, PatientName: { Alphabetic: 'MARTIN^Élodie' }, PatientBirthDate: '19800712' },
          keywords: ['PatientName', 'PatientBirthDate'],
        },
      ],
      studies: [
        {
          StudyInstanceUID: '1.2.3.1',
          StudyDate: '20251103',
          StudyDescription: 'IRM rachis lombaire',
          AccessionNumber: 'D2540001',
          Modalities: ['MR'],
          series: 6,
          instances: 168,
          here: 168,
          bytes: 88_000_000,
        },
        {
          StudyInstanceUID: '1.2.3.2',
          StudyDate: '20251105',
          StudyDescription: 'TDM thorax-abdomen-pelvis',
          AccessionNumber: 'D2540002',
          Modalities: ['CT', 'SR'],
          series: 4,
          instances: 441,
          here: 12,
          bytes: 233_000_000,
        },
      ],
    },
    {
      ...person,
      PatientName: { Alphabetic: 'BERNARD^Paul' },
      PatientID: 'IPP100037',
      PatientBirthDate: '19620817',
      PatientSex: 'M',
      conflicts: [],
      studies: [
        {
          StudyInstanceUID: '1.2.3.3',
          StudyDate: '20251106',
          StudyDescription: '',
          AccessionNumber: '',
          Modalities: ['CR'],
          series: 1,
          instances: 3,
          here: 0,
          bytes: 1_100_000,
        },
      ],
    },
  ],
  isShortened: false,
  directory: 'used',
  missing: ['CD_IRM/DICOM/IM000017', 'CD_IRM/DICOM/IM000018'],
  missingTotal: 2,
  unnamed: 4,
  refused: [
    { name: 'CD_IRM/LISEZMOI.TXT', reason: 'not-dicom' },
    { name: 'CD_IRM/VIEWER/START.EXE', reason: 'not-dicom' },
    { name: 'CD_IRM/DICOM/IM000099', reason: 'unreadable-file' },
  ],
  refusedTotal: 30,
  progress: {
    finished: 0,
    total: 0,
    bytes: 0,
    rate: 0,
    counts: { stored: 0, duplicate: 0, version: 0, refused: 0 },
  },
})

export function sampleIntakes(found: Intake = sampleIntake()): SampleIntakes {
  let tell: (intakeId: string) => void = () => undefined
  let shown: Intake | null = null
  const change = (values: Partial<Intake>) => {
    shown = { ...(shown ?? found), ...values }
    tell(shown.intakeId)
  }
  const memory = createMemoryCache()
  const cache = Object.assign(memory, {
    listInstances: async () => [],
    getStudy: async () => null,
    searchAttributes: async () => [],
  })
  const offered = createIntakes({ cache, onChange: (intakeId) => tell(intakeId) })
  const looked: string[][] = []
  const taken: (string[] | undefined)[] = []
  return {
    looked,
    taken,
    change,
    join: (next) => {
      tell = next
    },
    giveOffered: (read, bytes) => offered.giveOffered(read, bytes),
    stored: memory.objects,
    handlers: {
      offer: ({ given }) => ({ intakeId: offered.offer(given) }),
      addOffered: ({ intakeId, ...offer }) => {
        offered.addOffered(intakeId, offer)
        return {}
      },
      wantedReads: ({ intakeId }, signal) => offered.wantedReads(intakeId, signal),
      cannotRead: async (read) => {
        await offered.giveOffered(read, null)
        return {}
      },
      listFolder: ({ path }) => folders.find((each) => each.path === (path || '/home/radiologue')) ?? null,
      look: ({ paths }) => {
        looked.push(paths)
        shown = found
        return { intakeId: found.intakeId }
      },
      intakes: () => [...offered.all(), ...(shown ? [shown] : [])],
      intake: ({ intakeId }) => offered.get(intakeId) ?? shown,
      takeIntake: ({ intakeId, StudyInstanceUIDs }) => {
        if (offered.get(intakeId)) return { started: offered.take(intakeId, StudyInstanceUIDs) }
        taken.push(StudyInstanceUIDs)
        const total = found.objects
        change({ state: 'running', progress: { ...found.progress, total, finished: 214, rate: 48_000_000 } })
        return { started: true }
      },
      cancelIntake: async ({ intakeId }) => {
        await offered.cancel(intakeId)
        if (offered.get(intakeId)) return {}
        change({ state: 'cancelled' })
        return {}
      },
      dismissIntake: async ({ intakeId }) => {
        await offered.dismiss(intakeId)
        if (intakeId !== found.intakeId) return {}
        shown = null
        tell(found.intakeId)
        return {}
      },
    },
  }
}
