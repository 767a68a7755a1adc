/**
 * Commitment reports that wait, kept among the documents of the records. A request may name 20,000 instances, which is more than one document takes:
 * a place is a head, written last, that tells how many documents of text there are.
 */
import type { Records } from './cache/index.ts'
import type { ReportMemory } from './receiver/index.ts'

/** UTF-16 code units of a document: below its limit. */
const PART = 200_000

type Documents = Pick<Records['notes'], 'loadDocument' | 'saveDocument'>

const headOf = (slot: number): string => `commitment-report ${slot}`
const partOf = (slot: number, part: number): string => `${headOf(slot)} part ${part}`

const countIn = (head: string | null): number => (head && /^\d+$/.test(head) ? Number(head) : 0)

/** The places, durable when a call resolves; a place whose writing was cut off is empty. */
export const reportMemoryIn = (documents: Documents): ReportMemory => ({
  async load(slot) {
    const head = await documents.loadDocument(headOf(slot))
    if (head === null) return null
    const parts = Array.from({ length: countIn(head) }, (_, part) => documents.loadDocument(partOf(slot, part)))
    return (await Promise.all(parts)).map((part) => part ?? '').join('')
  },
  async save(slot, text) {
    const before = countIn(await documents.loadDocument(headOf(slot)))
    const count = Math.ceil(text.length / PART)
    if (before > 0) await documents.saveDocument(headOf(slot), '')
    for (let part = 0; part < Math.max(before, count); part += 1)
      await documents.saveDocument(partOf(slot, part), text.slice(part * PART, (part + 1) * PART))
    await documents.saveDocument(headOf(slot), count === 0 ? '' : String(count))
  },
})
