import { readdirSync, readFileSync, rmdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { askRunningStation, writeLaunchFiles } from '../../main/launch-files.ts'
import {
  dataFolderId,
  defaultDataFolder,
  defaultKeyFile,
  isInside,
  runtimeFolder,
  stateFolder,
} from '../../main/user-folders.ts'
import { VERSION } from '../../main/version.ts'
import { temporaryFolder } from './running-station.ts'

let place: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  place = temporaryFolder()
})
afterEach(() => place.remove())

it('finds each system’s places', () => {
  expect(stateFolder({ XDG_STATE_HOME: '/s' }, 'linux')).toBe('/s/astreinte')
  expect(defaultDataFolder({ XDG_DATA_HOME: '/d' }, 'linux')).toBe('/d/astreinte')
  expect(stateFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/Astreinte')
  expect(stateFolder({}, 'darwin')).toMatch(/Library\/Application Support\/Astreinte$/)
})

it('makes private folders outside the data folder', () => {
  const environment = { XDG_RUNTIME_DIR: join(place.folder, 'run'), XDG_STATE_HOME: join(place.folder, 'state') }
  const folder = runtimeFolder(place.dataFolder, environment)
  expect(folder).toBe(join(place.folder, 'run', 'astreinte'))
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const elsewhere = runtimeFolder(join(place.folder, 'run'), environment)
  expect(isInside(elsewhere, place.folder)).toBe(false)
  rmdirSync(elsewhere)
  const keyFile = defaultKeyFile(place.dataFolder, environment)
  expect(keyFile).toContain(join(place.folder, 'state'))
  expect(keyFile).not.toContain('data')
})

it('knows a data folder by whatever path leads to it', () => {
  symlinkSync(place.folder, join(place.folder, 'link'))
  expect(dataFolderId(join(place.folder, 'link'))).toBe(dataFolderId(place.folder))
  expect([isInside('/a/bc', '/a/b'), isInside('/a/b/c', '/a/b'), isInside('/a/b', '/a/b')]).toEqual([false, true, true])
})

it('takes the file of a station that has ended for what it is', async () => {
  const files = writeLaunchFiles(place.dataFolder, {
    url: 'http://127.0.0.1:1',
    token: 't',
    storeToken: 's',
    control: 'c',
  })
  expect(statSync(files.tokenFile).mode & 0o777).toBe(0o600)
  expect(readFileSync(files.tokenFile, 'utf8')).toBe('t\n')
  expect(statSync(files.storeTokenFile).mode & 0o777).toBe(0o600)
  expect(readFileSync(files.storeTokenFile, 'utf8')).toBe('s\n')
  expect(await askRunningStation(place.dataFolder)).toBeNull()
  files.remove()
  expect(await askRunningStation(place.dataFolder)).toBeNull()
})

it('has the version of the package', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'))
  expect(VERSION).toBe(version)
})

it('leaves no folder where the usual place lies in the data folder, and makes none to look for a station', async () => {
  vi.stubEnv('TMPDIR', place.folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const before = readdirSync(place.folder)
  const server = { url: 'http://127.0.0.1:1', token: 't', storeToken: 's', control: 'c' }
  const files = writeLaunchFiles('/', server)
  expect(readFileSync(files.tokenFile, 'utf8')).toBe('t\n')
  expect(await askRunningStation('/')).toBeNull()
  files.remove()
  expect(readdirSync(place.folder)).toEqual(before)
})
