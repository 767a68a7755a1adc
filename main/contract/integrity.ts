/** Whether what is stored is still what came: a slow check of every object in the background, and what it found damaged. */
import { z } from 'zod'
import { mutation, query } from './define.ts'
import { personName } from './studies.ts'

const uid = z.string().max(64)

export const integrityState = z.object({
  /** `waiting`: held off while something is received or read; `resting`: until the next round is due. */
  state: z.enum(['checking', 'waiting', 'resting']),
  /** Objects of the present round that were checked, and about how many there are. */
  checked: z.number().int(),
  total: z.number().int(),
  roundStartedAt: z.string().nullable(),
  /** The last complete round. */
  lastRound: z.object({ finishedAt: z.string(), checked: z.number().int() }).nullable(),
  /** Objects that are damaged now. */
  damaged: z.number().int(),
})
export type IntegrityState = z.infer<typeof integrityState>

export const damagedObject = z.object({
  instanceKey: z.number().int(),
  StudyInstanceUID: uid,
  SOPInstanceUID: uid,
  SOPClassUID: uid,
  PatientName: personName,
  PatientID: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  foundAt: z.string(),
  /** Its bytes are not those that came, or are not there at all. */
  reason: z.enum(['object-damaged', 'object-missing']),
  /** The archive is proven to hold it: it is asked for again from there. Else only its sender may still have it. */
  isArchived: z.boolean(),
})
export type DamagedObject = z.infer<typeof damagedObject>

/** A place of the cache in which something lies that cannot be read, and nobody can tell what: it may be an object that was received. */
export const damagedPlace = z.object({
  /** The pack's id and the first byte: what tells it from the others. */
  packId: z.string(),
  beginsAt: z.number().int(),
  bytes: z.number().int(),
  foundAt: z.string(),
  /** Of what lies around it; null: nothing of the study is here. */
  study: z
    .object({
      StudyInstanceUID: uid,
      PatientName: personName,
      PatientID: z.string(),
      StudyDate: z.string(),
      StudyDescription: z.string(),
    })
    .nullable(),
})
export type DamagedPlace = z.infer<typeof damagedPlace>

export const packDamage = z.object({
  /** At most 500, those found last first; and how many there are. */
  places: z.array(damagedPlace),
  total: z.number().int(),
  /** Files of the cache that are not there, and of which only their keys tell. */
  missedPacks: z.number().int(),
})
export type PackDamage = z.infer<typeof packDamage>

export const integrity = {
  state: query(z.object({}), integrityState),
  /** The damaged objects, at most 500, those found last first. */
  damaged: query(z.object({}), z.array(damagedObject)),
  /** What cannot be read and belongs to no object that is known, as far as nobody took note of it. */
  packs: query(z.object({}), packDamage),
  /** Somebody has taken note of all of that: it is told no more, and no longer keeps a study from going by itself. */
  dismiss: mutation(z.object({}), z.object({})),
  /** Begins a round now. */
  check: mutation(z.object({}), z.object({})),
  /** Asks the archive again for all damaged objects that it has; tells for how many studies. */
  mend: mutation(z.object({}), z.object({ studies: z.number().int() })),
}
