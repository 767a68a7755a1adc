/** What the shell itself remembers between starts: where the window was, and what a person was already told. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface WindowPlace {
  x: number
  y: number
  width: number
  height: number
  isMaximized: boolean
}

export interface ShellState {
  window: WindowPlace | null
  /** True once a person was told that closing the window does not stop receiving. */
  toldAboutClosing: boolean
}

const atFirst: ShellState = { window: null, toldAboutClosing: false }

const isPlace = (value: unknown): value is WindowPlace =>
  typeof value === 'object' &&
  value !== null &&
  ['x', 'y', 'width', 'height'].every((key) => Number.isFinite(Reflect.get(value, key))) &&
  typeof Reflect.get(value, 'isMaximized') === 'boolean'

/** Reads the state; what is missing or damaged is as at first. */
export function readShellState(path: string): ShellState {
  try {
    const saved: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof saved !== 'object' || saved === null) return atFirst
    const place: unknown = Reflect.get(saved, 'window')
    return { window: isPlace(place) ? place : null, toldAboutClosing: Reflect.get(saved, 'toldAboutClosing') === true }
  } catch {
    return atFirst
  }
}

/** Writes the state in one step. */
export function writeShellState(path: string, state: ShellState): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, JSON.stringify(state))
  renameSync(`${path}.new`, path)
}
