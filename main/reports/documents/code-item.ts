/** Items of code sequences (PS3.3 §8, Table 8.8-1). */
import type { DataSetContent } from '../../dataset/index.ts'
import type { Code } from '../../dicom/index.ts'
import { oneLine } from './dicom-text.ts'

/** The item of a code; values of more than 16 characters are LongCodeValue. */
export const codeItem = ({ CodeValue, CodingSchemeDesignator, CodeMeaning }: Code): DataSetContent => ({
  ...(CodeValue.length > 16 ? { LongCodeValue: oneLine(CodeValue) } : { CodeValue: oneLine(CodeValue) }),
  CodingSchemeDesignator: oneLine(CodingSchemeDesignator, 16),
  CodeMeaning: oneLine(CodeMeaning, 64),
})
