/** What persons chose to be shown, as the records keep it: asked when an instance gets another version. */
import type { ChosenVersion } from '../cache.ts'

type InstanceName = Pick<ChosenVersion, 'StudyInstanceUID' | 'SeriesInstanceUID' | 'SOPInstanceUID'>
type Content = Pick<ChosenVersion, 'sha256' | 'TransferSyntaxUID'>

const nameOf = ({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }: InstanceName): string =>
  `${StudyInstanceUID} ${SeriesInstanceUID} ${SOPInstanceUID}`

export class ChosenVersions {
  readonly #chosen = new Map<string, Content>()

  constructor(chosen: readonly ChosenVersion[] = []) {
    for (const each of chosen) this.choose(each)
  }

  choose({ sha256, TransferSyntaxUID, ...name }: ChosenVersion): void {
    this.#chosen.set(nameOf(name), { sha256, TransferSyntaxUID })
  }

  /** Undefined where nobody chose. */
  of(name: InstanceName): Content | undefined {
    return this.#chosen.get(nameOf(name))
  }
}
