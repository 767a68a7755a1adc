/**
 * Loaded before a recorded program (`--import`): each sync says first where in the code it comes from, so that it can be left out by that. SQLite
 * syncs by itself: what begins and ends its durable commits says so.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3-multiple-ciphers'

const MAIN = `${pathToFileURL(join(import.meta.dirname, '..', '..', '..', 'main')).href}/`
/** What they are called by is the place. */
const SYNCING = /(syncFolder|syncFile|durably) \(/

/** The line of `main` that asked for the sync. */
const placeOf = (stack: string): string => {
  const frame = stack.split('\n').find((line) => line.includes(MAIN) && !SYNCING.test(line))
  if (!frame) return 'elsewhere'
  const [, line = ''] = /^([\w/-]+\.ts:\d+)/.exec(frame.slice(frame.indexOf(MAIN) + MAIN.length)) ?? []
  const [, name = ''] = /at (.*?) \(/.exec(frame) ?? []
  return `${line} ${name}`.trim()
}

const tell = (descriptor: number): void => {
  fs.writeSync(1, `sync ${descriptor} ${placeOf(new Error().stack ?? '')}\n`)
}

const { fsyncSync, fdatasyncSync, fdatasync } = fs
fs.fsyncSync = (descriptor) => {
  tell(descriptor)
  fsyncSync(descriptor)
}
fs.fdatasyncSync = (descriptor) => {
  tell(descriptor)
  fdatasyncSync(descriptor)
}
fs.fdatasync = Object.assign((descriptor: number, callback: fs.NoParamCallback) => {
  tell(descriptor)
  fdatasync(descriptor, callback)
}, fdatasync)

// Of `node:fs/promises`: its class is known by an open file only.
const handle = await fs.promises.open(import.meta.filename)
const { sync, datasync } = Object.getPrototypeOf(handle) as fs.promises.FileHandle
Object.assign(Object.getPrototypeOf(handle), {
  sync(this: fs.promises.FileHandle) {
    tell(this.fd)
    return sync.call(this)
  },
  datasync(this: fs.promises.FileHandle) {
    tell(this.fd)
    return datasync.call(this)
  },
})
await handle.close()
syncBuiltinESMExports()

const { pragma } = Database.prototype
Database.prototype.pragma = function (source, options) {
  const stack = new Error().stack ?? ''
  if (source.startsWith('synchronous') && stack.includes('durably ('))
    fs.writeSync(1, `durably ${source.endsWith('FULL') ? placeOf(stack) : ''}\n`)
  return pragma.call(this, source, options)
}
