/** All services of the station, as the renderer sees them. */
import { archive } from './archive.ts'
import { audit } from './audit.ts'
import { backup } from './backup.ts'
import { exporter } from './exporter.ts'
import { importer } from './importer.ts'
import { integrity } from './integrity.ts'
import { measurements } from './measurement.ts'
import { network } from './network.ts'
import { profile } from './profile.ts'
import { reports } from './report.ts'
import { security } from './security.ts'
import { settings } from './settings.ts'
import { smartLists } from './smart-lists.ts'
import { space } from './space.ts'
import { station } from './station.ts'
import { studies } from './studies.ts'
import { versions } from './versions.ts'
import { viewer } from './viewer.ts'
import { webAccess } from './web-access.ts'
import { workspace } from './workspace.ts'

export const contract = {
  archive,
  audit,
  backup,
  exporter,
  importer,
  integrity,
  measurements,
  network,
  profile,
  reports,
  security,
  settings,
  smartLists,
  space,
  station,
  studies,
  versions,
  viewer,
  webAccess,
  workspace,
}
export type StationContract = typeof contract
