/** Adds pictures, PDFs and videos of this computer to a study, one after the other, and says what became of them. */
import { notifications } from '@mantine/notifications'
import { type ImportOutcome, importOutcome } from '../../main/contract/importer.ts'
import { displayText } from '../../main/dicom/index.ts'
import { stationFetch } from '../services/connection.ts'
import { words } from '../services/i18n.ts'

/** What the file choice offers. */
export const documentTypes = 'image/jpeg,image/png,application/pdf,video/mp4'

/** A title as DICOM can hold it (LO): the file's name without its ending. */
const titleOf = (name: string): string =>
  displayText(name.replace(/\.[^.]*$/, '').replaceAll('\\', ' '), 60) || words.t('import:document.untitled')

async function add(file: File, StudyInstanceUID: string, batch: string, number: number): Promise<ImportOutcome> {
  const query = new URLSearchParams({
    study: StudyInstanceUID,
    batch,
    number: String(number),
    title: titleOf(file.name),
  })
  const headers = { 'content-type': 'application/octet-stream' }
  const response = await stationFetch(`/import/document?${query}`, { method: 'POST', body: file, headers })
  if (response.status === 413) return { outcome: 'refused', reason: 'too-large-document' }
  if (!response.ok) return { outcome: 'refused', reason: 'other' }
  return importOutcome.parse(await response.json())
}

const reasonText = (reason: string): string =>
  words.exists(`problems:import.${reason}`) ? words.t(`problems:import.${reason}`) : words.t('problems:import.other')

/** Adds `files` to the study; those of one kind become one series. */
export async function addDocuments(StudyInstanceUID: string, files: readonly File[]): Promise<void> {
  const batch = crypto.randomUUID()
  let added = 0
  for (const [index, file] of files.entries()) {
    const failed: ImportOutcome = { outcome: 'refused', reason: 'other' }
    const { outcome, reason } = await add(file, StudyInstanceUID, batch, index + 1).catch(() => failed)
    if (outcome !== 'refused') added += 1
    else {
      const message = `${displayText(file.name, 80)} : ${reasonText(reason ?? 'other')}`
      // It stays until somebody has seen it, and gives way to whatever comes and goes meanwhile.
      const lasting = { color: 'amber', autoClose: false, priority: -1 } as const
      notifications.show({ title: words.t('import:document.refused'), message, ...lasting })
    }
  }
  if (added > 0) notifications.show({ message: words.t('import:document.added', { count: added }), color: 'teal' })
}
