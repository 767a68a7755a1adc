/** Which intake a person looks at, and the calls that move it. */
import { create } from 'zustand'
import { queryClient, stationClient, trpc } from '../services/client.ts'

interface IntakeDialogState {
  /** Closed, choosing what to look at, or the intake that is looked at. */
  shown: null | 'choosing' | { intakeId: string }
}

export const useIntakeDialog = create<IntakeDialogState>(() => ({ shown: null }))

/** Asks for the intakes again. */
export const refreshIntakes = (): void => {
  void queryClient.invalidateQueries(trpc.importer.intakes.pathFilter())
  void queryClient.invalidateQueries(trpc.importer.intake.pathFilter())
}

export const chooseIntake = (): void => useIntakeDialog.setState({ shown: 'choosing' })
export const showIntake = (intakeId: string): void => useIntakeDialog.setState({ shown: { intakeId } })
export const hideIntake = (): void => useIntakeDialog.setState({ shown: null })

/** Begins to look at `paths` and shows what is found. */
export async function lookAt(paths: string[]): Promise<void> {
  const { intakeId } = await stationClient.importer.look.mutate({ paths })
  refreshIntakes()
  showIntake(intakeId)
}

/** Takes what was seen; without `StudyInstanceUIDs` all of it. */
export async function takeIntake(intakeId: string, StudyInstanceUIDs?: string[]): Promise<void> {
  await stationClient.importer.takeIntake.mutate({ intakeId, ...(StudyInstanceUIDs ? { StudyInstanceUIDs } : {}) })
  refreshIntakes()
}

export async function cancelIntake(intakeId: string): Promise<void> {
  await stationClient.importer.cancelIntake.mutate({ intakeId })
  refreshIntakes()
}

export async function dismissIntake(intakeId: string): Promise<void> {
  await stationClient.importer.dismissIntake.mutate({ intakeId })
  refreshIntakes()
}
