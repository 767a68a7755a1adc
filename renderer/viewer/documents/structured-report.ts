/**
 * A structured report as a document to read (PS3.3 §C.17, §C.18): who says it, how final it is, and the tree of what is said, of any
 * template. What is broken or missing is said in its place; how deep and how much is bounded, and what is left out is counted.
 */
import { unitOfUcum } from '../engine/ucum.ts'
import { type Attributes, codeValueOf, itemsOf, meaningOf, nameOf, numbersOf, textOf } from './attributes.ts'

/** An instance that an item refers to; `frames` count from 1 and are empty for the whole. */
export interface SopReference {
  SOPClassUID: string
  SOPInstanceUID: string
  SeriesInstanceUID: string
  StudyInstanceUID: string
  frames: number[]
}

export type ContentValue =
  /** Continuous: its items read as one sentence (PS3.3 §C.18.8). */
  | { kind: 'container'; isContinuous: boolean }
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'number'; value: number; unit: string }
  /** No number, with the reason where one is given. */
  | { kind: 'noNumber'; reason: string }
  | { kind: 'person'; name: string }
  | { kind: 'date'; value: string }
  | { kind: 'time'; value: string }
  | { kind: 'dateTime'; value: string }
  | { kind: 'uid'; value: string }
  | { kind: 'image'; references: SopReference[] }
  | { kind: 'object'; references: SopReference[] }
  | { kind: 'shape'; shape: string; points: number }
  | { kind: 'timeRange'; shape: string }
  /** Another item of the same document, by its position. */
  | { kind: 'sameAs'; key: string }
  /** The item has no value that can be read. */
  | { kind: 'missing' }
  /** A value type that the standard does not have, or that came after this version. */
  | { kind: 'unknown'; valueType: string }

export interface ContentNode {
  /** Position, `1.3.2`, the root is `1`. */
  key: string
  relationship: string
  name: string
  value: ContentValue
  children: ContentNode[]
  /** Items below that are not listed. */
  omitted: number
}

export interface Verifier {
  name: string
  organization: string
  /** DT. */
  at: string
}

export interface StructuredReport {
  title: string
  completion: 'COMPLETE' | 'PARTIAL' | null
  verification: 'VERIFIED' | 'UNVERIFIED' | null
  preliminary: 'FINAL' | 'PRELIMINARY' | null
  ContentDate: string
  ContentTime: string
  observers: string[]
  verifiers: Verifier[]
  institution: string
  predecessors: SopReference[]
  template: string
  content: ContentNode[]
  omitted: number
}

/** How much of a document is read: more is counted and not shown. */
export const reportLimits = { depth: 30, items: 4_000, references: 200 }

const oneOf = <T extends string>(value: string, known: readonly T[]): T | null =>
  known.find((one) => one === value) ?? null

/** Series and study of the instances that the document names as its evidence (PS3.3 §C.17.2.1). */
function evidenceOf(attributes: Attributes): Map<string, { SeriesInstanceUID: string; StudyInstanceUID: string }> {
  const places = new Map<string, { SeriesInstanceUID: string; StudyInstanceUID: string }>()
  const sequences = [
    'CurrentRequestedProcedureEvidenceSequence',
    'PertinentOtherEvidenceSequence',
    'PredecessorDocumentsSequence',
  ]
  for (const study of sequences.flatMap((sequence) => itemsOf(attributes, sequence))) {
    for (const series of itemsOf(study, 'ReferencedSeriesSequence')) {
      const place = {
        StudyInstanceUID: textOf(study, 'StudyInstanceUID'),
        SeriesInstanceUID: textOf(series, 'SeriesInstanceUID'),
      }
      for (const object of itemsOf(series, 'ReferencedSOPSequence')) {
        places.set(textOf(object, 'ReferencedSOPInstanceUID'), place)
      }
    }
  }
  return places
}

function referenceIn(attributes: Attributes): (object: Attributes) => SopReference {
  const places = evidenceOf(attributes)
  const StudyInstanceUID = textOf(attributes, 'StudyInstanceUID')
  return (object) => {
    const SOPInstanceUID = textOf(object, 'ReferencedSOPInstanceUID')
    return {
      SOPClassUID: textOf(object, 'ReferencedSOPClassUID'),
      SOPInstanceUID,
      ...(places.get(SOPInstanceUID) ?? { SeriesInstanceUID: '', StudyInstanceUID }),
      frames: numbersOf(object, 'ReferencedFrameNumber').filter((frame) => Number.isInteger(frame) && frame > 0),
    }
  }
}

const references = (item: Attributes, refer: (object: Attributes) => SopReference): SopReference[] =>
  itemsOf(item, 'ReferencedSOPSequence')
    .slice(0, reportLimits.references)
    .map(refer)
    .filter(({ SOPInstanceUID }) => SOPInstanceUID !== '')

function numberIn(item: Attributes): ContentValue {
  const [measured] = itemsOf(item, 'MeasuredValueSequence')
  const [value] = measured ? numbersOf(measured, 'NumericValue') : []
  if (!measured || value === undefined) {
    return { kind: 'noNumber', reason: meaningOf(item, 'NumericValueQualifierCodeSequence') }
  }
  const [unit] = itemsOf(measured, 'MeasurementUnitsCodeSequence')
  const code = unit ? codeValueOf(unit) : ''
  const isUCUM = unit !== undefined && textOf(unit, 'CodingSchemeDesignator') === 'UCUM'
  // UCUM's 1 and annotations such as {ratio} are no units to write.
  if (isUCUM && (code === '1' || /^\{(?!pixels)/.test(code))) return { kind: 'number', value, unit: '' }
  return { kind: 'number', value, unit: isUCUM ? unitOfUcum(code) : unit ? textOf(unit, 'CodeMeaning') || code : '' }
}

const orMissing = (value: string, make: (value: string) => ContentValue): ContentValue =>
  value === '' ? { kind: 'missing' } : make(value)

function contentValue(item: Attributes, refer: (object: Attributes) => SopReference): ContentValue {
  const byReference = numbersOf(item, 'ReferencedContentItemIdentifier')
  if (byReference.length > 0) return { kind: 'sameAs', key: byReference.join('.') }
  const valueType = textOf(item, 'ValueType')
  const listed = (kind: 'image' | 'object'): ContentValue => {
    const found = references(item, refer)
    return found.length > 0 ? { kind, references: found } : { kind: 'missing' }
  }
  switch (valueType) {
    case 'CONTAINER':
      return { kind: 'container', isContinuous: textOf(item, 'ContinuityOfContent') === 'CONTINUOUS' }
    case 'TEXT':
      return orMissing(textOf(item, 'TextValue'), (text) => ({ kind: 'text', text }))
    case 'CODE':
      return orMissing(meaningOf(item, 'ConceptCodeSequence'), (text) => ({ kind: 'code', text }))
    case 'NUM':
      return numberIn(item)
    case 'PNAME':
      return orMissing(nameOf(item, 'PersonName'), (name) => ({ kind: 'person', name }))
    case 'DATE':
      return orMissing(textOf(item, 'Date'), (value) => ({ kind: 'date', value }))
    case 'TIME':
      return orMissing(textOf(item, 'Time'), (value) => ({ kind: 'time', value }))
    case 'DATETIME':
      return orMissing(textOf(item, 'DateTime'), (value) => ({ kind: 'dateTime', value }))
    case 'UIDREF':
      return orMissing(textOf(item, 'UID'), (value) => ({ kind: 'uid', value }))
    case 'IMAGE':
      return listed('image')
    case 'COMPOSITE':
    case 'WAVEFORM':
      return listed('object')
    case 'SCOORD':
    case 'SCOORD3D': {
      const points = numbersOf(item, 'GraphicData').length / (valueType === 'SCOORD' ? 2 : 3)
      return { kind: 'shape', shape: textOf(item, 'GraphicType'), points: Math.floor(points) }
    }
    case 'TCOORD':
      return { kind: 'timeRange', shape: textOf(item, 'TemporalRangeType') }
    default:
      return { kind: 'unknown', valueType }
  }
}

/** Reads `item` and what is below it; `budget` is how many items may still be read. */
function readItems(
  parent: Attributes,
  key: string,
  depth: number,
  budget: { left: number },
  refer: (object: Attributes) => SopReference,
): Pick<ContentNode, 'children' | 'omitted'> {
  const items = itemsOf(parent, 'ContentSequence')
  if (depth > reportLimits.depth) return { children: [], omitted: items.length }
  const children: ContentNode[] = []
  for (const [index, item] of items.entries()) {
    if (budget.left <= 0) break
    budget.left -= 1
    const position = `${key}.${index + 1}`
    children.push({
      key: position,
      relationship: textOf(item, 'RelationshipType'),
      name: meaningOf(item, 'ConceptNameCodeSequence'),
      value: contentValue(item, refer),
      ...readItems(item, position, depth + 1, budget, refer),
    })
  }
  return { children, omitted: items.length - children.length }
}

const templateOf = (attributes: Attributes): string => {
  const [template] = itemsOf(attributes, 'ContentTemplateSequence')
  return template ? textOf(template, 'TemplateIdentifier') : ''
}

/** The document that the attributes of an instance hold. */
export function structuredReport(attributes: Attributes): StructuredReport {
  const refer = referenceIn(attributes)
  const { children, omitted } = readItems(attributes, '1', 1, { left: reportLimits.items }, refer)
  return {
    title: meaningOf(attributes, 'ConceptNameCodeSequence'),
    completion: oneOf(textOf(attributes, 'CompletionFlag'), ['COMPLETE', 'PARTIAL']),
    verification: oneOf(textOf(attributes, 'VerificationFlag'), ['VERIFIED', 'UNVERIFIED']),
    preliminary: oneOf(textOf(attributes, 'PreliminaryFlag'), ['FINAL', 'PRELIMINARY']),
    ContentDate: textOf(attributes, 'ContentDate'),
    ContentTime: textOf(attributes, 'ContentTime'),
    observers: itemsOf(attributes, 'AuthorObserverSequence')
      .map((observer) => nameOf(observer, 'PersonName') || textOf(observer, 'StationName'))
      .filter(Boolean),
    verifiers: itemsOf(attributes, 'VerifyingObserverSequence').map((observer) => ({
      name: nameOf(observer, 'VerifyingObserverName'),
      organization: textOf(observer, 'VerifyingOrganization'),
      at: textOf(observer, 'VerificationDateTime'),
    })),
    institution: textOf(attributes, 'InstitutionName'),
    predecessors: itemsOf(attributes, 'PredecessorDocumentsSequence').flatMap((study) =>
      itemsOf(study, 'ReferencedSeriesSequence').flatMap((series) =>
        itemsOf(series, 'ReferencedSOPSequence').map((object) => refer(object)),
      ),
    ),
    template: templateOf(attributes),
    content: children,
    omitted,
  }
}

/** All images that the document refers to, each frame once, in reading order: the key images of a selection. */
export function imagesOf(content: readonly ContentNode[]): SopReference[] {
  const found = new Map<string, SopReference>()
  const visit = (node: ContentNode) => {
    if (node.value.kind === 'image') {
      for (const reference of node.value.references) {
        for (const frame of reference.frames.length > 0 ? reference.frames : [null]) {
          const key = `${reference.SOPInstanceUID} ${frame}`
          if (!found.has(key)) found.set(key, { ...reference, frames: frame === null ? [] : [frame] })
        }
      }
    }
    node.children.forEach(visit)
  }
  content.forEach(visit)
  return [...found.values()]
}
