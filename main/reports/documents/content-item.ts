/**
 * Content items of structured reports (PS3.3 §C.17.3, §C.18). What can stand where is left to the templates; an item that is made here has
 * every attribute that its value type requires.
 */
import type { ImageReference } from '../../contract/measurement.ts'
import type { DataSetContent } from '../../dataset/index.ts'
import { type Code, formatPersonNameValue, type PersonNameGroups } from '../../dicom/index.ts'
import { codeItem } from './code-item.ts'
import { lines } from './dicom-text.ts'

/** Defined terms of PS3.3 §C.17.3.2.4. */
export type Relationship =
  | 'CONTAINS'
  | 'HAS OBS CONTEXT'
  | 'HAS ACQ CONTEXT'
  | 'HAS CONCEPT MOD'
  | 'INFERRED FROM'
  | 'SELECTED FROM'

/** An item under its parent, with its own children in order. */
export interface ContentItem {
  relationship: Relationship
  content: DataSetContent
  children: readonly ContentItem[]
}

/** The data set content of an item's children; absent without any. */
export const contentSequence = (children: readonly ContentItem[]): DataSetContent =>
  children.length === 0
    ? {}
    : {
        ContentSequence: children.map(({ relationship, content, children: below }) => ({
          RelationshipType: relationship,
          ...content,
          ...contentSequence(below),
        })),
      }

const conceptName = (name: Code | null): DataSetContent =>
  name === null ? {} : { ConceptNameCodeSequence: [codeItem(name)] }

type Make<A extends unknown[]> = (...value: A) => ContentItem

/** A CONTAINER whose children follow one another as separate items. */
export const container: Make<[Relationship, Code, readonly ContentItem[]]> = (relationship, name, children) => ({
  relationship,
  content: { ValueType: 'CONTAINER', ContinuityOfContent: 'SEPARATE', ...conceptName(name) },
  children,
})

export const textItem: Make<[Relationship, Code, string, (readonly ContentItem[])?]> = (
  relationship,
  name,
  text,
  children = [],
) => ({ relationship, content: { ValueType: 'TEXT', ...conceptName(name), TextValue: lines(text) }, children })

export const codedItem: Make<[Relationship, Code, Code, (readonly ContentItem[])?]> = (
  relationship,
  name,
  value,
  children = [],
) => ({
  relationship,
  content: { ValueType: 'CODE', ...conceptName(name), ConceptCodeSequence: [codeItem(value)] },
  children,
})

export const personNameItem: Make<[Relationship, Code, PersonNameGroups]> = (relationship, name, value) => ({
  relationship,
  content: { ValueType: 'PNAME', ...conceptName(name), PersonName: formatPersonNameValue(value) },
  children: [],
})

export const uidItem: Make<[Relationship, Code, string]> = (relationship, name, UID) => ({
  relationship,
  content: { ValueType: 'UIDREF', ...conceptName(name), UID },
  children: [],
})

/** A NUM; the value stands as FloatingPointValue too where 16 characters do not hold it exactly (PS3.3 §C.18.1). */
export const numberItem: Make<[Relationship, Code, number, Code, readonly ContentItem[]]> = (
  relationship,
  name,
  value,
  unit,
  children,
) => ({
  relationship,
  content: {
    ValueType: 'NUM',
    ...conceptName(name),
    MeasuredValueSequence: [
      {
        NumericValue: value,
        ...(String(value).length > 16 ? { FloatingPointValue: value } : {}),
        MeasurementUnitsCodeSequence: [codeItem(unit)],
      },
    ],
  },
  children,
})

/** Reference to one image or one of its frames (PS3.3 §C.18.4). */
export const imageItem: Make<[Relationship, Code | null, ImageReference, (readonly ContentItem[])?]> = (
  relationship,
  purpose,
  { SOPClassUID, SOPInstanceUID, frame },
  children = [],
) => ({
  relationship,
  content: {
    ValueType: 'IMAGE',
    ...conceptName(purpose),
    ReferencedSOPSequence: [
      {
        ReferencedSOPClassUID: SOPClassUID,
        ReferencedSOPInstanceUID: SOPInstanceUID,
        ...(frame === null ? {} : { ReferencedFrameNumber: frame }),
      },
    ],
  },
  children,
})

/** Column and row coordinates in the image that they are selected from (PS3.3 §C.18.6). */
export const coordinatesItem: Make<
  [Relationship, Code, { GraphicType: string; GraphicData: readonly number[] }, ImageReference]
> = (relationship, name, { GraphicType, GraphicData }, image) => ({
  relationship,
  content: { ValueType: 'SCOORD', ...conceptName(name), GraphicType, GraphicData },
  children: [imageItem('SELECTED FROM', null, image)],
})

/** Coordinates in mm in a frame of reference (PS3.3 §C.18.9); Comprehensive 3D SR only. */
export const coordinates3DItem: Make<
  [Relationship, Code, { GraphicType: string; GraphicData: readonly number[] }, string]
> = (relationship, name, { GraphicType, GraphicData }, ReferencedFrameOfReferenceUID) => ({
  relationship,
  content: { ValueType: 'SCOORD3D', ...conceptName(name), GraphicType, GraphicData, ReferencedFrameOfReferenceUID },
  children: [],
})
