/** What a package would hold: electron-builder packs the program's folder (target `dir`) around a stand-in for Electron's binary. */
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listPackage } from '@electron/asar'
import { build, Platform } from 'electron-builder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FromStation, StationStart } from '../../app/station/messages.ts'
import { unbundled } from '../../build/bundle-app.mjs'
import { projectNode, root } from '../../build/paths.mjs'
import { utilityProcess } from '../helpers/electron-stand-in/utility-process.ts'

let folder: string
let packed: string[]
const resources = () => join(folder, 'out', 'linux-unpacked', 'resources')
const unpacked = (path: string) => join(resources(), 'app.asar.unpacked', path)

beforeAll(async () => {
  await promisify(execFile)(projectNode, [join(root, 'build', 'build.mjs')])
  folder = mkdtempSync(join(tmpdir(), 'astreinte-package-'))
  mkdirSync(join(folder, 'electron'))
  writeFileSync(join(folder, 'electron', 'electron'), '#!/bin/sh\n')
  chmodSync(join(folder, 'electron', 'electron'), 0o755)
  const config = {
    extends: 'electron-builder.yml',
    electronDist: join(folder, 'electron'),
    // They are switched inside Electron's real binary.
    electronFuses: null,
    directories: { output: join(folder, 'out') },
  }
  await build({ projectDir: root, targets: Platform.LINUX.createTarget('dir'), publish: 'never', config })
  packed = listPackage(join(resources(), 'app.asar'), { isPack: false }).map((path) => path.replaceAll('\\', '/'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the package holds what the program opens', () => {
  const needed = [
    '/package.json',
    '/LICENSE',
    '/THIRD-PARTY-NOTICES.txt',
    '/dist/app/main.cjs',
    '/dist/app/preload.cjs',
    '/dist/main/station.mjs',
    '/dist/main/fonts/inter-latin-400-normal.woff',
    '/dist/main/data/sRGB_IEC61966_2_1.icc',
    '/dist/renderer/index.html',
    '/resources/demo/ATTRIBUTION.md',
    '/resources/icons/512x512.png',
    '/resources/icons/32x32.png',
    '/resources/icons/icon.ico',
    ...unbundled.map((name) => `/node_modules/${name}/package.json`),
  ]
  expect(needed.filter((path) => !packed.includes(path))).toEqual([])
})

test('it holds no source, test, tool, map nor a package that was bundled', () => {
  const folders = new Set(packed.map((path) => path.split('/')[1]))
  expect([...folders].sort()).toEqual(
    ['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'dist', 'node_modules', 'package.json', 'resources'].sort(),
  )
  const packages = new Set(packed.flatMap((path) => /^\/node_modules\/([^/]+)\//.exec(path)?.[1] ?? []))
  expect([...packages].sort()).toEqual([...unbundled].sort())
  expect(packed.filter((path) => /\.(map|ts)$/.test(path))).toEqual([])
})

test('the packed station starts from beside the archive with its workers and native code, and serves the screens', async () => {
  const workers = ['store-worker.mjs', 'query-worker.mjs', 'pixel-worker.mjs']
  expect(workers.filter((name) => !existsSync(unpacked(`dist/main/${name}`)))).toEqual([])
  const station = utilityProcess.fork(unpacked('dist/main/station.mjs'))
  const order: StationStart = {
    kind: 'start',
    dataFolder: join(folder, 'data'),
    rendererFolder: unpacked('dist/renderer'),
    resourcesFolder: unpacked('resources'),
    logFile: join(folder, 'station.log'),
    keyFile: join(folder, 'station.key'),
    windowWithoutSandbox: false,
    afterCrash: false,
    dicomPort: 0,
  }
  const answer = new Promise<FromStation>((resolve) => station.on('message', resolve))
  station.postMessage(order)
  const ready = await answer
  expect(ready).toMatchObject({ kind: 'ready', receiver: { host: '127.0.0.1' } })
  const { origin } = new URL(ready.kind === 'ready' ? ready.entry : '')
  expect((await fetch(`${origin}/enter`)).status).toBe(200)
  const ended = new Promise((resolve) => station.on('exit', resolve))
  station.postMessage({ kind: 'stop' })
  expect(await ended).toBe(0)
})

test('the packed codecs load', async () => {
  const entry = JSON.stringify(unpacked('dist/main/station.mjs'))
  const script = `console.log(typeof (await import('node:module')).createRequire(${entry})('dcmjs-codecs').NativeCodecs)`
  const { stdout } = await promisify(execFile)(projectNode, ['--input-type=module', '-e', script])
  expect(['function', 'object']).toContain(stdout.trim())
})

test('the configuration names targets for every system, and a feed that nobody is sent to by default', () => {
  const text = readFileSync(join(root, 'electron-builder.yml'), 'utf8')
  for (const part of ['nsis', 'dmg', 'AppImage', 'deb', 'provider: generic', 'updates.invalid'])
    expect(text).toContain(part)
})
