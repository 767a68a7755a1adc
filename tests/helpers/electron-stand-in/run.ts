/**
 * Runs the bundled shell without Electron: `node run.ts MAIN.cjs [arguments of the program]`. `require('electron')` gives the stand-in, whose
 * windows are pages of the system's Chromium. The process that started this one asks it to evaluate functions, as Playwright does of Electron.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { chromium } from '@playwright/test'
import { quietFeatures } from '../quiet-chromium.ts'
import { StandInApp, takeInstanceLock } from './app.ts'
import { createElectron } from './electron.ts'

const [, , main = '', ...programArguments] = process.argv
const {
  STAND_IN_USER_DATA: userData = '',
  STAND_IN_KEYRING: keyring = 'basic_text',
  ASTREINTE_CHROMIUM: executablePath = '/usr/bin/chromium',
} = process.env

const holder: { app?: StandInApp } = {}
const isFirst = await takeInstanceLock(userData, () => holder.app?.emit('second-instance'))
const profile = mkdtempSync(join(tmpdir(), 'astreinte-stand-in-'))
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  args: [
    '--no-sandbox',
    '--remote-debugging-port=0',
    '--use-gl=angle',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    // As in the end-to-end tests: the software GPU is for the images alone.
    '--disable-gpu-compositing',
    quietFeatures,
  ],
})
const [port, path] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
process.on('exit', () => rmSync(profile, { recursive: true, force: true }))

const app = new StandInApp(dirname(dirname(dirname(main))), userData, isFirst)
holder.app = app
const electron = createElectron(app, context, keyring)

// Everything that the bundle requires as "electron" is this module.
const standInId = '/electron-stand-in'
const require = createRequire(import.meta.url)
const loader = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string }
const resolveFilename = loader._resolveFilename.bind(Module)
loader._resolveFilename = (request, ...rest) => (request === 'electron' ? standInId : resolveFilename(request, ...rest))
require.cache[standInId] = Object.assign(new Module(standInId), { exports: electron, loaded: true })

process.on('message', async ({ id, source, argument }: { id: number; source: string; argument: unknown }) => {
  try {
    // The test's own function, sent as text because it must run here.
    const result: unknown = await runInThisContext(`(${source})`)(electron, argument)
    process.send?.({ id, result: result ?? null })
  } catch (error) {
    process.send?.({ id, error: String(error) })
  }
})
process.on('disconnect', () => process.exit())
process.argv = [process.argv[0] ?? '', main, ...programArguments]
require(main)
process.send?.({ endpoint: `ws://127.0.0.1:${port}${path}` })
