/** What the list does with the archive: looks there for a patient's studies, and sends a study there. */
import { notifications } from '@mantine/notifications'
import { stationClient } from '../services/client.ts'
import { words } from '../services/i18n.ts'
import { useWorkspace } from '../services/workspace.ts'

/** Shows what the archive has of a patient. */
export const showInArchive = (PatientID: string): void =>
  useWorkspace.getState().go({ name: 'archive', section: 'search', PatientID })

/** Puts into the outbox what the archive is not known to have of a study, and says how much that was. */
export async function sendStudy(StudyInstanceUID: string): Promise<void> {
  try {
    const { queued } = await stationClient.archive.send.mutate({ StudyInstanceUID })
    notifications.show({
      message: queued === 0 ? words.t('studies:send.nothing') : words.t('studies:send.queued', { count: queued }),
      color: 'teal',
    })
  } catch {
    notifications.show({ message: words.t('studies:send.failed'), color: 'amber' })
  }
}
