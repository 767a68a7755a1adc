/** Whole answers of bounded size, and DICOM JSON in them (PS3.18 Annex F). */
import { ArchiveError, asArchiveError } from '../archive-error.ts'
import type { ExchangeLimits } from './archive-target.ts'
import type { Answer } from './exchange.ts'

/** Media type in small letters, without parameters. */
export const mediaType = (contentType: string): string => (contentType.split(';')[0] ?? '').trim().toLowerCase()

/** Reads an answer to its end. Throws `too-large` and `timed-out` beyond the limits. */
export const readWhole = async (answer: Answer, limits: ExchangeLimits): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  let length = 0
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    answer.discard()
  }, limits.answer)
  try {
    for await (const piece of answer.body) {
      length += piece.length
      if (length > limits.answerBytes) throw new ArchiveError('too-large', `more than ${limits.answerBytes} bytes`)
      pieces.push(piece)
    }
  } catch (error) {
    answer.discard()
    throw isLate ? new ArchiveError('timed-out', 'an answer without end', { cause: error }) : asArchiveError(error)
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(pieces, length)
}

/** Data sets in JSON that others wrote: nothing about their values is known. */
export type JsonDataSet = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The data sets of an answer; throws `not-dicomweb` for another media type and `nonsense` for what is no array of data sets. */
export const readJsonDataSets = async (answer: Answer, limits: ExchangeLimits): Promise<JsonDataSet[]> => {
  const type = mediaType(answer.contentType)
  if (type !== 'application/dicom+json' && type !== 'application/json') {
    answer.discard()
    throw new ArchiveError('not-dicomweb', `HTTP ${answer.status}, but no DICOM JSON`, { status: answer.status })
  }
  const content = parseJson(await readWhole(answer, limits), answer.contentType)
  if (!Array.isArray(content) || !content.every(isObject)) {
    throw new ArchiveError('nonsense', 'JSON that is no list of data sets')
  }
  return content
}

/** DICOM JSON is in UTF-8 (PS3.18 §F.2); some archives send it in another character set, and say so. */
const textOf = (bytes: Buffer, contentType: string): string => {
  const charset = /;\s*charset\s*=\s*"?([\w.:+-]{1,40})/i.exec(contentType)?.[1] ?? 'utf-8'
  return new TextDecoder(charset).decode(bytes)
}

/** Throws `nonsense`. */
export const parseJson = (bytes: Buffer, contentType: string): unknown => {
  try {
    return JSON.parse(textOf(bytes, contentType))
  } catch (error) {
    throw new ArchiveError('nonsense', 'no valid JSON', { cause: error })
  }
}
