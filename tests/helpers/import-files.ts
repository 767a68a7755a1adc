/** Imports files of this machine as a person does: looks at them, then takes all of it. */
import type { Intake } from '../../main/contract/importer.ts'
import type { StationWindow } from './station-window.ts'

/** How the import of `paths` ended. */
export async function importFiles({ client }: Pick<StationWindow, 'client'>, paths: string[]): Promise<Intake> {
  const { intakeId } = await client.importer.look.mutate({ paths })
  const end = async (...states: Intake['state'][]): Promise<Intake> => {
    for (;;) {
      const intake = await client.importer.intake.query({ intakeId })
      if (!intake || states.includes(intake.state)) return intake as Intake
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await end('ready')
  await client.importer.takeIntake.mutate({ intakeId })
  return end('done', 'interrupted')
}
