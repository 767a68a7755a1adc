/** Tries an archive as it would be: finds it, connects, signs in, and asks it for one study. */
import type { ArchiveFault, DicomWebArchive } from '../contract/archive.ts'
import { asArchiveError } from './archive-error.ts'
import { archiveTarget, type ExchangeLimits } from './dicom-web/archive-target.ts'
import { searchArchive } from './dicom-web/search.ts'

/** A person waits for it. */
const PATIENCE: Partial<ExchangeLimits> = { connect: 8_000, idle: 15_000, answer: 20_000, answerBytes: 1024 * 1024 }

/** What is wrong with an archive; null: nothing. Whether it takes objects is seen when one is sent. */
export const testConnection = async (
  configuration: DicomWebArchive,
  limits: Partial<ExchangeLimits> = {},
): Promise<{ fault: ArchiveFault | null; detail: string }> => {
  const target = archiveTarget(configuration, { ...PATIENCE, ...limits })
  try {
    const { dataSets } = await searchArchive(target, { path: 'studies', match: {}, include: [], limit: 1, offset: 0 })
    return { fault: null, detail: dataSets.length === 0 ? 'QIDO-RS: no study' : 'QIDO-RS: DICOM JSON' }
  } catch (error) {
    const { fault, message } = asArchiveError(error)
    // Whatever answers, but not with DICOM JSON, is no DICOMweb service.
    return { fault: fault === 'nonsense' || fault === 'refused' ? 'not-dicomweb' : fault, detail: message }
  } finally {
    target.close()
  }
}
