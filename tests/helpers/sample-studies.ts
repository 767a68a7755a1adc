/** Made-up studies in every state that the list can show. */
import type { SeriesRow, StudyRow } from '../../main/contract/studies.ts'

const families = [
  'MARTIN',
  'BERNARD',
  'DUBOIS',
  'LEROY',
  'MOREAU',
  'GIRARD',
  'BONNET',
  'LAMBERT',
  'FONTAINE',
  'ROUSSEAU',
]
const given = ['Élise', 'Thomas', 'Léa', 'Hugo', 'Chloé', 'Paul', 'Inès', 'Louis', 'Zoé', 'Jean-Baptiste']
const kinds = [
  { Modality: 'CT', StudyDescription: 'TDM crânien sans injection', images: 214 },
  { Modality: 'MR', StudyDescription: 'IRM rachis lombaire', images: 168 },
  { Modality: 'CR', StudyDescription: 'Radiographie thorax face', images: 2 },
  { Modality: 'US', StudyDescription: 'Échographie abdominale', images: 46 },
  { Modality: 'CT', StudyDescription: 'TDM thorax-abdomen-pelvis', images: 1204 },
  { Modality: 'MG', StudyDescription: 'Mammographie bilatérale', images: 4 },
]
const sites = ['CH Gray', 'CHU Besançon', 'CH Vesoul', 'Clinique Saint-Vincent']

const da = (date: Date) => date.toISOString().slice(0, 10).replaceAll('-', '')

/** A made-up study; the same `index` gives the same study. */
export function sampleStudy(index: number, now: number = Date.now()): StudyRow {
  const kind = kinds[index % kinds.length] ?? kinds[0]!
  const at = new Date(now - index * 17 * 60_000)
  return {
    StudyInstanceUID: `1.2.826.0.1.3680043.10.1.${index + 1}`,
    PatientName: { Alphabetic: `${families[index % 10]}^${given[(index * 7) % 10]}` },
    ...(index % 10 === 0 ? { PatientBirthName: { Alphabetic: 'PETIT' } } : {}),
    PatientID: `IPP${String(100_000 + index * 37)}`,
    IssuerOfPatientID: sites[index % 4] ?? '',
    PatientBirthDate: `${1931 + ((index * 13) % 90)}${String(1 + (index % 12)).padStart(2, '0')}${String(1 + (index % 28)).padStart(2, '0')}`,
    PatientSex: index % 2 === 0 ? 'F' : 'M',
    StudyDate: da(at),
    StudyTime: at.toISOString().slice(11, 19).replaceAll(':', ''),
    StudyID: String(index),
    AccessionNumber: `D26${String(40_000 + index)}`,
    StudyDescription: kind.StudyDescription,
    ReferringPhysicianName: { Alphabetic: 'NOEL^Claire^^Dr' },
    InstitutionName: sites[index % 4] ?? '',
    ModalitiesInStudy: [kind.Modality],
    BodyPartExamined: 'HEAD',
    NumberOfStudyRelatedSeries: 3,
    NumberOfStudyRelatedInstances: kind.images,
    completeness: { expected: index % 3 === 0 ? kind.images : null, received: kind.images, displayable: kind.images },
    receiving: false,
    firstReceivedAt: at.toISOString(),
    lastReceivedAt: at.toISOString(),
    openedAt: index % 4 === 1 ? at.toISOString() : null,
    origin: 'received',
    sender: 'SCANNER1',
    conflictingInstances: 0,
    conflictingAttributes: [],
    bytes: kind.images * 526_000,
  }
}

/** Studies in every state that a row can show, first the remarkable ones. */
export function sampleStudies(count: number, now: number = Date.now()): StudyRow[] {
  const rows = Array.from({ length: count }, (_, index) => sampleStudy(index, now))
  const change = (index: number, with_: Partial<StudyRow>) => {
    if (rows[index]) rows[index] = { ...rows[index], ...with_ }
  }
  change(0, { receiving: true, completeness: { expected: 300, received: 214, displayable: 214 } })
  change(1, { completeness: { expected: 240, received: 168, displayable: 168 } })
  change(2, { completeness: { expected: null, received: 2, displayable: 1 } })
  change(3, { conflictingAttributes: ['PatientBirthDate', 'PatientSex'] })
  change(4, { conflictingInstances: 3 })
  change(5, {
    PatientName: { Alphabetic: `<img src=x onerror=alert(1)>\u202eEVIL^${'A'.repeat(10_000)}` },
    PatientBirthDate: '19810231',
    PatientSex: 'X',
    StudyDescription: '\u202eTHORAX <b>gras</b>\u0007',
  })
  change(6, { PatientName: {}, PatientID: '', PatientBirthDate: '', StudyDescription: '' })
  change(7, { PatientName: { Alphabetic: 'YAMADA^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' } })
  const reportOf = (state: 'draft' | 'preliminary' | 'final') => ({
    report: { state, at: new Date(now - 5 * 60_000).toISOString() },
  })
  change(9, reportOf('draft'))
  change(10, reportOf('preliminary'))
  change(11, reportOf('final'))
  change(8, { PatientName: { Alphabetic: 'אורן^דוד' }, PatientBirthDate: da(new Date(now - 200 * 86_400_000)) })
  return rows
}

/** The series of a made-up study. */
export function seriesOf(study: StudyRow): SeriesRow[] {
  const total = study.completeness.received
  const [first = 0, second = 0] = [Math.ceil(total * 0.7), Math.floor(total * 0.3)]
  return [
    { SeriesDescription: 'Axial 5 mm', received: first },
    { SeriesDescription: 'Reconstruction osseuse 0,6 mm', received: second },
    { SeriesDescription: 'Dose report', received: total > 4 ? 1 : 0 },
  ]
    .filter(({ received }) => received > 0)
    .map(({ SeriesDescription, received }, index) => ({
      SeriesInstanceUID: `${study.StudyInstanceUID}.${index + 1}`,
      StudyInstanceUID: study.StudyInstanceUID,
      Modality: study.ModalitiesInStudy[0] ?? 'OT',
      SeriesNumber: index + 1,
      SeriesDescription,
      BodyPartExamined: 'HEAD',
      ProtocolName: '',
      SeriesDate: study.StudyDate,
      SeriesTime: study.StudyTime,
      FrameOfReferenceUID: `${study.StudyInstanceUID}.9`,
      SOPClassUIDs: ['1.2.840.10008.5.1.4.1.1.2'],
      NumberOfSeriesRelatedInstances: received,
      numberOfFrames: index === 2 ? 0 : received,
      completeness: {
        expected:
          index === 0 && study.completeness.expected !== null ? first + (study.completeness.expected - total) : null,
        received,
        displayable: index === 1 && study.completeness.displayable < total ? 0 : received,
      },
      notDisplayable:
        index === 1 && study.completeness.displayable < total
          ? [{ reason: 'pixel-data-truncated', count: received }]
          : [],
      revision: total,
    }))
}
