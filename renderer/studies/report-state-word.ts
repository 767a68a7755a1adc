/** The word by which the study list is filtered for how far reports are. */
import type { TFunction } from 'i18next'
import type { StudyReportState } from '../../main/contract/studies.ts'

export const reportStateWord =
  (t: TFunction) =>
  (state: StudyReportState): string =>
    state === 'none' ? t('studies:filter.toRead') : t(`common:report.${state}`)
