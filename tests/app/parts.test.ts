/** The parts of the shell that need no Electron. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppUpdater } from 'electron-updater'
import { describe, expect, test } from 'vitest'
import { parseShellOptions } from '../../app/options.ts'
import { readShellState, writeShellState } from '../../app/shell-state.ts'
import { checkForUpdate } from '../../app/updater/feed.ts'
import { placeFor } from '../../app/windows/window-place.ts'

describe('the place of a window', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  const saved = { x: 100, y: 50, width: 1200, height: 800, isMaximized: false }

  test('is where it was while that is on a screen', () => {
    expect(placeFor(saved, [screen])).toEqual({ x: 100, y: 50, width: 1200, height: 800 })
    const onSecond = { ...saved, x: 2000 }
    expect(placeFor(onSecond, [screen, { ...screen, x: 1920 }])).toMatchObject({ x: 2000 })
  })

  test('is the system’s choice when its screen is gone or its title bar cannot be caught', () => {
    for (const lost of [{ x: 2000 }, { y: 1079 }, { x: -1190 }, { y: -200 }]) {
      expect(placeFor({ ...saved, ...lost }, [screen])).not.toHaveProperty('x')
    }
  })

  test('is never too small to work in', () => {
    expect(placeFor({ ...saved, width: 10, height: 10 }, [screen])).toMatchObject({ width: 1024, height: 640 })
  })
})

describe('what the shell remembers', () => {
  const withFile = (work: (path: string) => void) => {
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-shell-'))
    work(join(folder, 'shell.json'))
    rmSync(folder, { recursive: true })
  }
  const state = { window: { x: 1, y: 2, width: 3, height: 4, isMaximized: true }, toldAboutClosing: true }

  test('comes back', () =>
    withFile((path) => {
      writeShellState(path, state)
      expect(readShellState(path)).toEqual(state)
    }))

  test('is as at first when the file is missing, cut or of another form', () =>
    withFile((path) => {
      const atFirst = { window: null, toldAboutClosing: false }
      expect(readShellState(path)).toEqual(atFirst)
      for (const text of ['{"window":', 'null', '[]', '{"window":{"x":"1"},"toldAboutClosing":1}']) {
        writeFileSync(path, text)
        expect(readShellState(path)).toEqual(atFirst)
      }
    }))
})

describe('updates', () => {
  const feedsAsked = async (settings: Parameters<typeof checkForUpdate>[0]) => {
    const asked: unknown[] = []
    const updater = { setFeedURL: (feed: unknown) => asked.push(feed), checkForUpdates: async () => null }
    const isAsked = await checkForUpdate(settings, async () => updater as unknown as AppUpdater)
    expect(isAsked).toBe(asked.length > 0)
    return asked
  }

  test('are asked of the feed that a person set and switched on', async () => {
    const url = 'https://updates.example.org/astreinte'
    expect(await feedsAsked({ enabled: true, feed: url })).toEqual([{ provider: 'generic', url }])
  })

  test('are asked of nobody while that is off, not set, unknown, or not over TLS', async () => {
    const off = [
      null,
      { enabled: false, feed: 'https://a.example' },
      { enabled: true, feed: '' },
      { enabled: true, feed: 'http://a.example' },
    ]
    expect(await Promise.all(off.map(feedsAsked))).toEqual([[], [], [], []])
  })
})

test('the shell takes folder and ports from its command line and leaves the rest to Chromium', () => {
  const options = parseShellOptions([
    '--no-sandbox',
    '.',
    '--data',
    '/d',
    '--dicom-port',
    '104',
    '--http-port',
    '70000',
  ])
  expect(options).toEqual({ dataFolder: '/d', dicomPort: 104 })
})
