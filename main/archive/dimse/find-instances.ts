/**
 * Whether a remote AE has instances, each asked for by its unique keys (PS3.4 §C.4.1.2.2.1). That it lacks something is only believed where it
 * is certain that the right one was asked for.
 */
import { ArchiveError } from '../archive-error.ts'
import type { NamedInstance } from '../study-source.ts'
import { textIn, uidIn } from './match-values.ts'
import { matchesOf, matching } from './matches.ts'
import type { AskPeer } from './peer-link.ts'
import { type AskedArchive, asking } from './peer-queries.ts'

/** In the patient root a study that the peer has under another PatientID is not found: that says nothing of its instances. */
async function namePatient(ask: AskPeer, StudyInstanceUID: string, PatientID: string): Promise<void> {
  let isKnown = false
  const content = { ...matching({ PatientID }), QueryRetrieveLevel: 'STUDY', StudyInstanceUID }
  await matchesOf(ask, content, 2, (match) => {
    isKnown ||= textIn(match, 'StudyInstanceUID') === StudyInstanceUID
  })
  if (!isKnown) throw new ArchiveError('refused', 'C-FIND: the study is not among those of the patient')
}

/** Those that the archive has, by SOPInstanceUID. Throws {@link ArchiveError} where it does not say. */
export const findInstances = (
  archive: AskedArchive,
  StudyInstanceUID: string,
  instances: readonly NamedInstance[],
  signal: AbortSignal,
): Promise<string[]> =>
  asking(archive, signal, async (ask, root) => {
    const { PatientID = '' } = (root === 'patient' && (await archive.patients.of(StudyInstanceUID))) || {}
    if (root === 'patient') await namePatient(ask, StudyInstanceUID, PatientID)
    const patient = root === 'patient' ? matching({ PatientID }) : {}
    const found = new Set<string>()
    for (const { SeriesInstanceUID, SOPInstanceUID } of instances) {
      if (signal.aborted) break
      let others = 0
      const content = {
        ...{ ...patient, QueryRetrieveLevel: 'IMAGE', StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID },
      }
      const { unreadable } = await matchesOf(ask, content, 2, (match) => {
        if (uidIn(match, 'SOPInstanceUID') === SOPInstanceUID) found.add(SOPInstanceUID)
        else others += 1
      })
      if (!found.has(SOPInstanceUID) && unreadable + others > 0) {
        throw new ArchiveError('nonsense', 'C-FIND: other instances than were asked for')
      }
    }
    return [...found]
  })
