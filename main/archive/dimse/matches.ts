/** The matches of one question to a remote AE, counted, and the identifier that it is asked by. */
import { type DataSet, type DataSetContent, isLatin1 } from '../../dataset/index.ts'
import { DimseStatus, type Keyword, statusClass } from '../../dicom/index.ts'
import { faultOfQuery } from './peer-faults.ts'
import type { AskPeer } from './peer-link.ts'

export interface Matches {
  /** The peer had more, by its own word or by ours. */
  isCut: boolean
  /** Matches that could not be read. */
  unreadable: number
}

/** Asks one question; a status that is no success throws `ArchiveError`, but for a peer that gave what it bears to give. */
export async function matchesOf(
  ask: AskPeer,
  content: DataSetContent,
  most: number,
  onMatch: (match: DataSet) => void,
): Promise<Matches> {
  let count = 0
  let unreadable = 0
  const { status, isCut } = await ask({
    ...{ content, most },
    onMatch: (match) => {
      count += 1
      if (match) onMatch(match)
      else unreadable += 1
    },
  })
  const isFull = status === DimseStatus.OutOfResources && count > 0
  if (isCut || isFull) return { isCut: true, unreadable }
  if (statusClass(status) !== 'success' && statusClass(status) !== 'warning') throw faultOfQuery(status)
  return { isCut: false, unreadable }
}

/** What no value of a query may hold: a separator of values, or a control. Any character stands for it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const typedAs = (value: string): string => value.replace(/[\\\x00-\x1f\x7f]/g, '?')

/** Values that are matched, empty ones matching everything; in Latin-1 where that holds them, which older archives understand too. */
export function matching(values: Partial<Record<Keyword, string>>): DataSetContent {
  const asked = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typedAs(value) || null]))
  const text = Object.values(asked).join('')
  const isPlain = /^[ -~]*$/.test(text)
  return { ...(isPlain ? {} : { SpecificCharacterSet: isLatin1(text) ? 'ISO_IR 100' : 'ISO_IR 192' }), ...asked }
}
