/** Which studies a person is about to export, and the calls that move an export. */
import { create } from 'zustand'
import type { ExportRequest } from '../../main/contract/exporter.ts'
import { queryClient, stationClient, trpc } from '../services/client.ts'

interface ExportDialogState {
  /** The study that was chosen; null while nothing is about to be exported. */
  StudyInstanceUID: string | null
}

export const useExportDialog = create<ExportDialogState>(() => ({ StudyInstanceUID: null }))

const refresh = () => queryClient.invalidateQueries(trpc.exporter.exports.pathFilter())

/** Asks how to export a study, and which others of its patient with it. */
export const askForExport = (StudyInstanceUID: string): void => useExportDialog.setState({ StudyInstanceUID })
export const hideExportDialog = (): void => useExportDialog.setState({ StudyInstanceUID: null })

export async function startExport(request: ExportRequest): Promise<void> {
  await stationClient.exporter.start.mutate(request)
  hideExportDialog()
  await refresh()
}

export async function cancelExport(exportId: string): Promise<void> {
  await stationClient.exporter.cancel.mutate({ exportId })
  await refresh()
}

export async function dismissExport(exportId: string): Promise<void> {
  await stationClient.exporter.dismiss.mutate({ exportId })
  await refresh()
}
