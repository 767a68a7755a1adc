/** A coded concept as documents carry it (PS3.3 Table 8.8-1), under the standard's keywords. */
import { z } from 'zod'

export const coded = z.object({
  CodeValue: z.string().min(1).max(64),
  CodingSchemeDesignator: z.string().min(1).max(16),
  CodeMeaning: z.string().min(1).max(64),
})
export type Coded = z.infer<typeof coded>
