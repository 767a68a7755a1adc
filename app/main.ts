/** Electron's entry: one instance a user, then the shell. */
import { join } from 'node:path'
import { app } from 'electron'
import { dataFolderId, defaultDataFolder } from '../main/user-folders.ts'
import { parseShellOptions, programFiles } from './options.ts'
import { Shell, stationStart } from './shell.ts'

const options = parseShellOptions(process.argv.slice(app.isPackaged ? 1 : 2))
// A named data folder is a station of its own, beside the user's: it has its own shell.
if (options.dataFolder)
  app.setPath('userData', join(app.getPath('userData'), 'stations', dataFolderId(options.dataFolder)))
const folders = { data: options.dataFolder ?? defaultDataFolder(), state: app.getPath('userData') }

if (app.requestSingleInstanceLock()) {
  const files = programFiles(app.getAppPath())
  const shell = app.whenReady().then(async () => new Shell(files, folders, await stationStart(options, files, folders)))
  app.on('second-instance', () => void shell.then((it) => it.show()))
} else {
  app.quit()
}
