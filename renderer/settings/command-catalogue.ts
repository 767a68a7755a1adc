/** Every command of the program, mounted or not, in the order in which the settings list them. */
import { archiveCommandDefinitions } from '../archive/archive-commands.ts'
import { reportCommandDefinitions } from '../report/report-commands.ts'
import type { CommandDefinition } from '../shell/commands.ts'
import { shellCommandDefinitions } from '../shell/shell-commands.ts'
import { storageCommandDefinitions } from '../storage/storage-commands.ts'
import { studiesCommandDefinitions } from '../studies/studies-commands.ts'
import { measuringCommandDefinitions } from '../viewer/measurements/measuring-commands.ts'
import { viewerCommandDefinitions } from '../viewer/viewer-commands.ts'
import { volumeCommandDefinitions } from '../viewer/volume-commands.ts'

export const commandCatalogue: readonly CommandDefinition[] = [
  ...viewerCommandDefinitions,
  ...measuringCommandDefinitions,
  ...reportCommandDefinitions,
  ...volumeCommandDefinitions,
  ...studiesCommandDefinitions,
  ...archiveCommandDefinitions,
  ...storageCommandDefinitions,
  ...shellCommandDefinitions,
]
