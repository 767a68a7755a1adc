/** Small files that must survive a power cut: written beside their place, synced, renamed, and the folder synced too. */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a folder's entries durable. Windows has no such call and needs none: its rename is journalled. */
export const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes sure that `folder` (0700) and those above it are there, durably. */
export const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700, recursive: true })
  syncFolder(dirname(folder))
}

/** Makes a file's content durable. */
export const syncFile = (path: string): void => {
  const descriptor = openSync(path, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const writeSynced = (path: string, bytes: Uint8Array): void => {
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Replaces `path` by a 0600 file with `bytes`, or leaves it untouched and throws the file system's error. */
export const writeFileDurably = (path: string, bytes: Uint8Array): void => {
  const beside = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    writeSynced(beside, bytes)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}
