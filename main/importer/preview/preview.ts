/** Adds up what was seen of an intake: patients, their studies, what is here already, and what contradicts a known patient. */
import type { Cache } from '../../cache/cache.ts'
import type { IntakePatient, IntakeStudy } from '../../contract/importer.ts'
import { differences, haveSameIdentifier, type Identity, identityKey, identityOf } from './identity.ts'

/** Patients and studies that are listed; more are counted only. */
const MAX_PATIENTS = 300
const MAX_STUDIES = 1_000
/** Studies of one identifier that are compared. */
const MAX_COMPARED = 200
/** Contradictions listed for one patient. */
const MAX_CONFLICTS = 10

/** One object as its head, or a DICOMDIR, tells. */
export interface SeenObject extends Identity {
  SOPInstanceUID: string
  SeriesInstanceUID: string
  StudyInstanceUID: string
  StudyDate: string
  StudyDescription: string
  AccessionNumber: string
  Modality: string
  bytes: number
}

type Counts = Map<string, number>

const countUp = (counts: Counts, value: string): void => void counts.set(value, (counts.get(value) ?? 0) + 1)
const countDown = (counts: Counts, value: string): void => {
  const left = (counts.get(value) ?? 0) - 1
  if (left > 0) counts.set(value, left)
  else counts.delete(value)
}

interface Study extends Pick<SeenObject, 'StudyInstanceUID' | 'StudyDate' | 'StudyDescription' | 'AccessionNumber'> {
  /** What its objects say, and how many of them say it. */
  Modalities: Counts
  series: Counts
  instances: Counts
  here: number
  bytes: number
}

interface Patient {
  identity: Identity
  studies: Map<string, Study>
  conflicts: IntakePatient['conflicts']
}

/** What a preview asks the cache. */
export type PreviewCache = Pick<Cache, 'listInstances' | 'getStudy' | 'searchAttributes'>

/** A value as a query's literal: wildcards in it are none. */
const isLiteral = (value: string): boolean => !/[*?\\]/.test(value)

export class Preview {
  readonly #cache: PreviewCache
  readonly #patients = new Map<string, Patient>()
  /** SOP Instance UIDs that the cache holds, by study. */
  readonly #here = new Map<string, Promise<ReadonlySet<string>>>()
  #studies = 0
  isShortened = false

  constructor(cache: PreviewCache) {
    this.#cache = cache
  }

  /** Notes one object; objects may be added at the same time. */
  async add(object: SeenObject): Promise<void> {
    if (this.#studies >= MAX_STUDIES && !this.#here.has(object.StudyInstanceUID)) {
      this.isShortened = true
      return
    }
    const here = await this.#instancesHere(object.StudyInstanceUID)
    const patient = await this.#patientOf(object)
    if (!patient) return
    const study = this.#studyOf(patient, object)
    if (object.Modality) countUp(study.Modalities, object.Modality)
    countUp(study.series, object.SeriesInstanceUID)
    study.bytes += object.bytes
    if (!study.instances.has(object.SOPInstanceUID) && here.has(object.SOPInstanceUID)) study.here += 1
    countUp(study.instances, object.SOPInstanceUID)
  }

  /** Takes back an object that was noted and is not what it was said to be. */
  async takeBack(object: SeenObject): Promise<void> {
    const key = identityKey(identityOf(object))
    const patient = this.#patients.get(key)
    const study = patient?.studies.get(object.StudyInstanceUID)
    if (!patient || !study) return
    const here = await this.#instancesHere(object.StudyInstanceUID)
    if (object.Modality) countDown(study.Modalities, object.Modality)
    countDown(study.series, object.SeriesInstanceUID)
    countDown(study.instances, object.SOPInstanceUID)
    study.bytes -= object.bytes
    if (!study.instances.has(object.SOPInstanceUID) && here.has(object.SOPInstanceUID)) study.here -= 1
    if (study.instances.size > 0) return
    this.#studies -= 1
    patient.studies.delete(object.StudyInstanceUID)
    if (patient.studies.size === 0) this.#patients.delete(key)
  }

  get patients(): IntakePatient[] {
    return [...this.#patients.values()].map((patient) => ({
      ...patient.identity,
      conflicts: [...patient.conflicts, ...this.#conflictsWithin(patient)].slice(0, MAX_CONFLICTS),
      studies: [...patient.studies.values()].map(listed),
    }))
  }

  #instancesHere(StudyInstanceUID: string): Promise<ReadonlySet<string>> {
    const known = this.#here.get(StudyInstanceUID)
    if (known) return known
    const asked = this.#cache
      .listInstances(StudyInstanceUID, '')
      .then((places) => new Set(places.map(({ SOPInstanceUID }) => SOPInstanceUID)))
    this.#here.set(StudyInstanceUID, asked)
    return asked
  }

  async #patientOf(object: SeenObject): Promise<Patient | null> {
    const identity = identityOf(object)
    const key = identityKey(identity)
    const known = this.#patients.get(key)
    if (known?.studies.has(object.StudyInstanceUID)) return known
    const conflicts = await this.#conflictsHere(identity, object.StudyInstanceUID, known === undefined)
    const patient: Patient = this.#patients.get(key) ?? { identity, studies: new Map(), conflicts: [] }
    for (const conflict of conflicts) if (!isListed(patient.conflicts, conflict)) patient.conflicts.push(conflict)
    if (!this.#patients.has(key) && this.#patients.size >= MAX_PATIENTS) {
      this.isShortened = true
      return null
    }
    this.#patients.set(key, patient)
    return patient
  }

  #studyOf(patient: Patient, object: SeenObject): Study {
    const known = patient.studies.get(object.StudyInstanceUID)
    if (known) return known
    const { StudyInstanceUID, StudyDate, StudyDescription, AccessionNumber } = object
    const described = { StudyInstanceUID, StudyDate, StudyDescription, AccessionNumber }
    const study: Study = {
      ...described,
      Modalities: new Map(),
      series: new Map(),
      instances: new Map(),
      here: 0,
      bytes: 0,
    }
    patient.studies.set(StudyInstanceUID, study)
    this.#studies += 1
    return study
  }

  /** What the cache says otherwise: of the study itself, and of the identifier. */
  async #conflictsHere(
    identity: Identity,
    StudyInstanceUID: string,
    isNewPatient: boolean,
  ): Promise<IntakePatient['conflicts']> {
    const here = await this.#cache.getStudy(StudyInstanceUID)
    const sameStudy = here ? [conflictOf(identity, here.study, 'cache', 'same-study')] : []
    const others = isNewPatient ? await this.#sameIdentifierHere(identity) : []
    return [...sameStudy, ...others.map((other) => conflictOf(identity, other, 'cache', 'same-identifier'))].filter(
      (conflict) => conflict.keywords.length > 0,
    )
  }

  async #sameIdentifierHere(identity: Identity): Promise<Identity[]> {
    if (identity.PatientID === '' || !isLiteral(identity.PatientID)) return []
    const match = { PatientID: identity.PatientID }
    const rows = await this.#cache.searchAttributes({ level: 'study', match, limit: MAX_COMPARED, offset: 0 })
    const uids = rows.map((row) => String(row.StudyInstanceUID ?? ''))
    const studies = await Promise.all(uids.map((uid) => this.#cache.getStudy(uid)))
    return studies
      .flatMap((found) => (found ? [identityOf(found.study)] : []))
      .filter((other) => haveSameIdentifier(identity, other))
  }

  #conflictsWithin(patient: Patient): IntakePatient['conflicts'] {
    const others = [...this.#patients.values()].filter((other) => other !== patient)
    return others
      .flatMap((other) => {
        const sharesStudy = [...other.studies.keys()].some((uid) => patient.studies.has(uid))
        if (sharesStudy) return [conflictOf(patient.identity, other.identity, 'intake', 'same-study')]
        if (!haveSameIdentifier(patient.identity, other.identity)) return []
        return [conflictOf(patient.identity, other.identity, 'intake', 'same-identifier')]
      })
      .filter(({ keywords }) => keywords.length > 0)
  }
}

type Conflict = IntakePatient['conflicts'][number]

const conflictOf = (
  identity: Identity,
  other: Identity,
  where: Conflict['with'],
  reason: Conflict['reason'],
): Conflict => ({ with: where, reason, other: identityOf(other), keywords: differences(identity, other) })

const isListed = (conflicts: readonly Conflict[], conflict: Conflict): boolean =>
  conflicts.some(
    (each) =>
      each.with === conflict.with &&
      each.reason === conflict.reason &&
      identityKey(each.other) === identityKey(conflict.other),
  )

const listed = (study: Study): IntakeStudy => ({
  ...study,
  Modalities: [...study.Modalities.keys()].sort(),
  series: study.series.size,
  instances: study.instances.size,
})
