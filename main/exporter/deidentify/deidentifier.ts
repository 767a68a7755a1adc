/**
 * De-identification of one export (PS3.15 Annex E): the same patient gets the same pseudonym and the same shift of dates, the same UID the same other
 * UID, in every object; another export gives others.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { DeidentificationOptions } from '../../contract/exporter.ts'
import type { DataElement, DataSet } from '../../dataset/index.ts'
import { uidFromUUID } from '../../dicom/implementation.ts'
import { lookUpTag } from '../../dicom/standard-dictionary.ts'
import { vrInfo } from '../../dicom/vr.ts'
import { createPatients } from '../patients.ts'
import { type RawElement, sequenceElement, textElement } from '../writing/explicit-elements.ts'
import type { Change, Rewriting } from '../writing/rewrite.ts'
import { cleanText, identifyingWords } from './clean-text.ts'
import { shiftDate } from './dates.ts'
import { dummyCodes, dummyValue } from './dummy-values.ts'
import { embeddedMetadata } from './embedded-metadata.ts'
import { methodCodes, temporalInformation } from './options.ts'
import { overlayMask } from './overlay-bits.ts'
import { type Action, actionFor } from './profile.ts'

/** Dates go back by up to ten years, and never by less than a month. */
const MAX_SHIFT = 3650
const MIN_SHIFT = 30
/** Free text in which anything can stand: dummied where a sequence is to tell nothing, and never cleaned. */
const TEXT_VRS = new Set(['PN', 'LO', 'LT', 'ST', 'UT', 'UC', 'SH', 'UR', 'DA', 'DT', 'TM', 'AS', 'UN'])
const CLEANABLE_VRS = new Set(['LO', 'SH'])
/** Elements of a code (PS3.3 §8): they say nothing of a person. */
const isCode = (item: DataSet | undefined): boolean =>
  item !== undefined && [0x00080100, 0x00080119, 0x00080120].some((tag) => item.elements.has(tag))
/** UIDs of the standard itself are the same everywhere; some equipment made those of its objects by lengthening them with dates and numbers. */
const isRegistered = (uid: string): boolean => /^1\.2\.840\.10008(\.\d{1,4}){1,9}$/.test(uid)

const tags = {
  PatientName: 0x00100010,
  PatientID: 0x00100020,
  PatientIdentityRemoved: 0x00120062,
  DeidentificationMethod: 0x00120063,
  DeidentificationMethodCodeSequence: 0x00120064,
  LongitudinalTemporalInformationModified: 0x00280303,
  EncapsulatedDocument: 0x00420011,
} as const

/** An object that would be nothing without what identifies. */
export class DeidentificationError extends Error {
  readonly code = 'not-deidentifiable'
}

const codeItem = ([CodeValue, CodeMeaning]: readonly [string, string]): RawElement[] => [
  textElement(0x00080100, 'SH', CodeValue),
  textElement(0x00080102, 'SH', 'DCM'),
  textElement(0x00080104, 'LO', CodeMeaning),
]

export class Deidentifier {
  readonly #options: DeidentificationOptions
  /** Known to this export alone: nobody can find the first UIDs by trying. */
  readonly #secret = randomBytes(32)
  /** Number of each patient. */
  readonly #patients = new Map<string, number>()
  readonly #whose = createPatients()
  readonly #marks: readonly RawElement[]
  /** The profile without its options. */
  readonly #basic: DeidentificationOptions

  constructor(options: DeidentificationOptions) {
    this.#options = options
    this.#basic = {
      pseudonym: options.pseudonym,
      ...{ retainUIDs: false, dates: 'removed', cleanDescriptors: false, retainPatientCharacteristics: false },
      ...{ retainDeviceIdentity: false, retainInstitutionIdentity: false },
    }
    this.#marks = [
      textElement(tags.PatientIdentityRemoved, 'CS', 'YES'),
      textElement(tags.DeidentificationMethod, 'LO', 'PS3.15 Annex E'),
      sequenceElement(tags.DeidentificationMethodCodeSequence, methodCodes(options).map(codeItem)),
      textElement(tags.LongitudinalTemporalInformationModified, 'CS', temporalInformation(options)),
    ]
  }

  /** The other UID of `uid`. */
  uid(uid: string): string {
    if (this.#options.retainUIDs || uid === '' || isRegistered(uid)) return uid
    const digest = createHmac('sha256', this.#secret).update(uid).digest().subarray(0, 16)
    // Of the form of a UUID of version 8 (RFC 9562 §5.8).
    digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80
    digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
    return uidFromUUID(digest.toString('hex'))
  }

  /** How one object is written. Throws {@link DeidentificationError} for a document: a dummy in its place would be none. */
  rewriting(root: DataSet, TransferSyntaxUID: string): Rewriting {
    if (root.elements.has(tags.EncapsulatedDocument)) throw new DeidentificationError('A document cannot be cleaned')
    const patient = this.#patientOf(root)
    const words = this.#options.cleanDescriptors ? identifyingWords(root) : new Set<string>()
    const number = String(this.#patients.get(patient) ?? 0).padStart(4, '0')
    const pseudonym = `${this.#options.pseudonym}${number}`
    const days = this.#shiftOf(patient)
    /** Items of sequences that are to tell nothing. */
    const silent = new WeakSet<DataSet>()
    const change = (stored: DataElement, dataSet: DataSet): Change => {
      const known = lookUpTag(stored.tag)
      // What nobody knows cannot be judged, nor can a sequence that could not be read.
      if (!known || (stored.VR === 'UN' && known.VRs[0] === 'SQ')) return 'remove'
      const wanted = actionFor(stored.tag, this.#options)
      const element = stored.VR === 'UN' ? { ...stored, VR: known.VRs[0] ?? stored.VR } : stored
      const cleaned = wanted === 'clean' ? this.#cleaned(element, dataSet, words) : null
      if (cleaned) return cleaned
      // What cannot be cleaned, or of which nothing is left, is treated as if nothing had been asked for it.
      const action = wanted === 'clean' ? actionFor(stored.tag, { ...this.#options, cleanDescriptors: false }) : wanted
      if (element.items) return this.#changeSequence(element, element.items, action, silent.has(dataSet), silent)
      const isSilent =
        silent.has(dataSet) && this.#isUnjudged(stored.tag) && TEXT_VRS.has(element.VR) && !isCode(dataSet)
      return this.#changeValue(element, dataSet, isSilent ? 'D' : action, days)
    }
    return {
      change,
      overwrite: embeddedMetadata,
      mask: overlayMask(root, TransferSyntaxUID)?.mask ?? null,
      add: [
        ...this.#marks,
        textElement(tags.PatientName, 'PN', pseudonym),
        textElement(tags.PatientID, 'LO', pseudonym),
      ],
    }
  }

  /** Kept because nothing is said of it, and not because an option retains it. */
  #isUnjudged(tag: number): boolean {
    return actionFor(tag, this.#basic) === 'K'
  }

  #patientOf(root: DataSet): string {
    const patient = this.#whose(root)
    if (!this.#patients.has(patient)) this.#patients.set(patient, this.#patients.size + 1)
    return patient
  }

  #shiftOf(patient: string): number {
    const drawn = createHmac('sha256', this.#secret).update(`dates ${patient}`).digest().readUInt32BE()
    return -(MIN_SHIFT + (drawn % (MAX_SHIFT - MIN_SHIFT)))
  }

  /** The text without what identifies; null where nothing is left, or it is none. */
  #cleaned(element: DataElement, dataSet: DataSet, words: ReadonlySet<string>): RawElement | null {
    if (!CLEANABLE_VRS.has(element.VR)) return null
    const texts = dataSet.textsOf(element).map((text) => cleanText(text, words))
    return texts.every((text) => text === '') ? null : textElement(element.tag, element.VR, texts.join('\\'))
  }

  #changeSequence(
    { tag }: DataElement,
    items: readonly DataSet[],
    action: Action,
    isWithinSilent: boolean,
    silent: WeakSet<DataSet>,
  ): Change {
    if (action === 'X') return 'remove'
    if (action === 'Z') return { tag, VR: 'SQ', bytes: Buffer.alloc(0) }
    if (action === 'D' && isCode(items[0])) return dummyCodes(tag)
    if (action === 'D' || isWithinSilent) for (const item of items) silent.add(item)
    return 'keep'
  }

  #changeValue(element: DataElement, dataSet: DataSet, action: Action, days: number): Change {
    const { tag, VR } = element
    const text = (change: (value: string) => string): RawElement =>
      textElement(tag, VR, dataSet.textsOf(element).map(change).join('\\'))
    switch (action) {
      case 'K':
        return 'keep'
      case 'X':
        return 'remove'
      case 'Z':
        return { tag, VR, bytes: Buffer.alloc(0) }
      case 'U':
        return VR === 'UI' ? text((value) => this.uid(value)) : 'remove'
      case 'shift':
        // Times of day stay: they are as far from each other as they were.
        if (VR === 'TM') return 'keep'
        return VR === 'DA' || VR === 'DT' ? text((value) => shiftDate(value, days)) : 'remove'
      case 'clean':
        return 'remove'
      case 'D':
        return dummyValue(tag, VR) ?? (vrInfo(VR).kind === 'bulk' ? 'remove' : { tag, VR, bytes: Buffer.alloc(0) })
    }
  }
}
