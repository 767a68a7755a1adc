/** Whose the studies of a remote AE are: in the patient root they are asked for under that PatientID alone (PS3.4 §C.6.1). */
import type { PersonName } from '../../contract/studies.ts'

export interface KnownPatient {
  PatientID: string
  PatientName: PersonName
}

/** Studies that are remembered. */
const MAX_STUDIES = 5_000

export class KnownPatients {
  readonly #patients = new Map<string, KnownPatient>()
  readonly #here: (StudyInstanceUID: string) => Promise<KnownPatient | null>

  /** `here` tells the patient of a study of which something is in the cache. */
  constructor(here: (StudyInstanceUID: string) => Promise<KnownPatient | null>) {
    this.#here = here
  }

  /** As the peer tells it. */
  note(StudyInstanceUID: string, { PatientID, PatientName }: KnownPatient): void {
    if (PatientID === '' || StudyInstanceUID === '') return
    this.#patients.delete(StudyInstanceUID)
    this.#patients.set(StudyInstanceUID, { PatientID, PatientName })
    const [oldest] = this.#patients.keys()
    if (this.#patients.size > MAX_STUDIES && oldest !== undefined) this.#patients.delete(oldest)
  }

  /** As the peer told it, or as it is here; null: not known. */
  async of(StudyInstanceUID: string): Promise<KnownPatient | null> {
    const patient = this.#patients.get(StudyInstanceUID) ?? (await this.#here(StudyInstanceUID))
    return patient && patient.PatientID !== '' ? patient : null
  }
}
