/** Opening a study, from wherever: the list, a prior, the palette. */
import { stationClient } from '../services/client.ts'
import { useWorkspace } from '../services/workspace.ts'

/** Marks `study-open`, shows the reading screen and notes the opening in the station. Call it in the key or click itself. */
export function openStudy(StudyInstanceUID: string): void {
  performance.mark('study-open')
  useWorkspace.getState().go({ name: 'reading', StudyInstanceUID })
  // That the note was not taken changes nothing for the reader.
  stationClient.studies.opened.mutate({ StudyInstanceUID }).catch(() => undefined)
}
