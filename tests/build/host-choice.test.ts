import { describe, expect, test } from 'vitest'
import { absenceLasts, chooseHost, isStillAbsent } from '../../build/host-choice.mjs'

const machine = {
  wantsWindow: true,
  display: true,
  root: false,
  electron: 'present',
  browser: '/usr/bin/chromium',
} as const
const hostOf = (change: Partial<Parameters<typeof chooseHost>[0]>) => chooseHost({ ...machine, ...change }).host

describe('the choice of the host', () => {
  test('is Electron where its binary is', () => {
    expect(hostOf({})).toBe('electron')
    expect(hostOf({ browser: null, root: true })).toBe('electron')
  })

  test('is the browser where Electron cannot be had, and for root, whose Electron would have no sandbox', () => {
    expect(hostOf({ electron: 'absent' })).toBe('browser')
    expect(hostOf({ electron: 'remembered-absent' })).toBe('browser')
    expect(hostOf({ root: true })).toBe('browser')
  })

  test('is no window when none is wanted, none can be shown, or nothing can show it', () => {
    expect(hostOf({ wantsWindow: false })).toBe('none')
    expect(hostOf({ display: false })).toBe('none')
    expect(hostOf({ electron: 'absent', browser: null })).toBe('none')
  })

  test('says why, and how to try Electron again', () => {
    expect(chooseHost({ ...machine, electron: 'remembered-absent' }).why).toContain('--electron tries again')
    expect(chooseHost({ ...machine, display: false }).why).toContain('DISPLAY')
  })
})

describe('a remembered absence of Electron', () => {
  const absence = { version: '45.4.1', at: 1_000 }

  test('holds for its version and for a while', () => {
    expect(isStillAbsent(absence, '45.4.1', 2_000)).toBe(true)
    expect(isStillAbsent(absence, '45.4.2', 2_000)).toBe(false)
    expect(isStillAbsent(absence, '45.4.1', 1_000 + absenceLasts)).toBe(false)
    expect(isStillAbsent(null, '45.4.1', 2_000)).toBe(false)
  })

  test('does not hold when the clock went back', () => {
    expect(isStillAbsent(absence, '45.4.1', 0)).toBe(false)
  })
})
