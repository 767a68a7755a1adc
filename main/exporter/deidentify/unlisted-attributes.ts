/**
 * What is done with attributes that Table E.1-1 of PS3.15 does not name and that can still tell who somebody is: the profile leaves them to its
 * implementer (PS3.15 §E.1). The rows are written as in basic-profile-table.ts.
 */
import { lookUpTag } from '../../dicom/standard-dictionary.ts'
import type { VR } from '../../dicom/vr.ts'

/**
 * Birth and death dates as text, identifiers and who issued them, addresses of objects with their UIDs, names of machines and places, free text;
 * and what earlier de-identification kept of the original for those who can decrypt it.
 */
export const UNLISTED_ATTRIBUTES = `
00080051 X
00080407 X
00080408 X
00080409 X
0008040B X
0008041B X
0008041C X
00081190 X
00100024 X
00100033 X
00100034 X
00102295 X
00181003 X d
00181010 X d
00181011 X d
00181803 X d
00201070 X
00287FE0 X
00321031 X
00400026 X
00400027 X
00400036 X
00400039 X
0040003A X
00400255 X c
00400400 X
00401006 X
00401007 X
00401060 X c
00402006 X
00402007 X
00404073 X
0040A068 X
0040A074 X
0040A076 X
0040A492 X c
0040E010 X
00420010 Z
00440011 X c
00440012 X d
00700081 Z c
00720008 D
0072000E X
00720010 X
0074100A X
0074100C X
00880130 X
04000500 X
30020020 Z d
30040006 X c
300600C8 X c
`

/** UIDs that name no object and nobody: kinds of objects, encodings, codes. */
const generalUIDs = new Set([
  0x00080016, 0x0008001a, 0x0008001b, 0x00080062, 0x0008010c, 0x0008010d, 0x00080117, 0x00080118, 0x00081150,
  0x0008115a, 0x00083002, 0x00089123, 0x00340003, 0x04000010, 0x04000510, 0x0072007f, 0x30100052, 0x30100053,
])

/** Text of which a machine or a code is the subject. */
const technicalTexts = new Set([
  0x00080108, 0x00080114, 0x00080115, 0x00080116, 0x0008030e, 0x0008030f, 0x00187006, 0x00187008, 0x00187040,
  0x00187041, 0x00187062, 0x00189080, 0x00281351, 0x00286190, 0x00480107, 0x00660032,
])

interface Unlisted {
  basic: 'D' | 'U'
  options: string
}

/** By VR: names and free text are replaced, dates as the table does with dates, UIDs changed alike everywhere. */
const byVR: Partial<Record<VR, Unlisted>> = {
  PN: { basic: 'D', options: '' },
  LT: { basic: 'D', options: '' },
  ST: { basic: 'D', options: '' },
  UT: { basic: 'D', options: '' },
  DA: { basic: 'D', options: 'fm' },
  DT: { basic: 'D', options: 'fm' },
  TM: { basic: 'D', options: 'fm' },
  UI: { basic: 'U', options: 'u' },
}

/** What is done with an attribute that has no row; undefined where it is kept. */
export function unlistedByVR(tag: number): Unlisted | undefined {
  if (generalUIDs.has(tag) || technicalTexts.has(tag)) return undefined
  const VR = lookUpTag(tag)?.VRs[0]
  return VR && byVR[VR]
}
