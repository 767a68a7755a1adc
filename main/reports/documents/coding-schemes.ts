/** Names the coding schemes that are not the standard's own wherever a document uses them (PS3.3 Table C.12-1, PS3.16 §8.2). */
import type { DataSetContent } from '../../dataset/index.ts'
import { codingSchemes } from '../../dicom/index.ts'

const designators = (value: unknown): string[] => {
  if (ArrayBuffer.isView(value) || typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'CodingSchemeDesignator' && typeof one === 'string' ? [one] : designators(one),
  )
}

/** The content with CodingSchemeIdentificationSequence where it holds codes of such schemes. */
export const withCodingSchemes = (content: DataSetContent): DataSetContent => {
  const used = new Set(designators(content))
  const items = Object.values(codingSchemes).filter(({ CodingSchemeDesignator }) => used.has(CodingSchemeDesignator))
  return items.length === 0 ? content : { ...content, CodingSchemeIdentificationSequence: items }
}
