/** All services of the station, as the renderer sees them. */
import { importer } from './importer.ts'
import { security } from './security.ts'
import { settings } from './settings.ts'
import { station } from './station.ts'
import { studies } from './studies.ts'
import { viewer } from './viewer.ts'
import { workspace } from './workspace.ts'

export const contract = { importer, security, settings, station, studies, viewer, workspace }
export type StationContract = typeof contract
