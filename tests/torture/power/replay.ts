/** Plays recorded calls on the model of a disk, and tells at each step what is durable. One kind of sync can be left out. */
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { coveredBySync, ModelFile, ModelFolder, type ModelNode } from './disk-model.ts'
import type { Step, SystemCall } from './system-calls.ts'

interface OpenFile {
  node: ModelNode
  path: string
  position: number
}

export interface ReplayOptions {
  /** The real folder that the recorded program worked in; its parent is taken to be safe. */
  root: string
  /** Whether a sync from this place in the code is left out. */
  ignores?: (place: string) => boolean
  /** A line that the program wrote to its standard output. */
  onLine(line: string): void
}

const SYNCS = ['fsync', 'fdatasync']
/** Calls that change nothing that lasts; a new name comes with its first bytes. */
const READS = ['openat', 'open', 'close', 'lseek', 'dup']
const CREATES = /O_CREAT/
const TRUNCATES = /O_TRUNC/
/** What the index's durable commits sync. */
const INDEX_LOG = 'index.sqlite-wal'
/** Shared memory of SQLite's log: gone with the power, made anew from the log. */
const isSharedMemory = (path: string): boolean => path.endsWith('-shm')

/** The state of the disk between two calls. */
export class Replay {
  readonly disk = new ModelFolder()
  /** Places in the code that synced something, with how often. */
  readonly places = new Map<string, number>()
  /** Syncs left out so far. */
  ignored = 0
  readonly #options: ReplayOptions
  #open = new Map<number, OpenFile>()
  #syncing = new Map<SystemCall, () => void>()
  #placeOf = new Map<number, string>()
  /** The line of code whose commit of the index is durable now; empty: none. */
  #durably = ''
  #output = ''

  constructor(options: ReplayOptions) {
    this.#options = options
  }

  /** A new program begins: its descriptors are its own, the disk stays as it is. */
  begin(): void {
    this.#open = new Map()
    this.#syncing = new Map()
    this.#placeOf = new Map()
    this.#durably = ''
    this.#output = ''
  }

  /** Plays a step; tells whether it may have changed what a power cut leaves. */
  step({ at, call }: Step): boolean {
    if (SYNCS.includes(call.name)) this.#sync(at, call)
    // Its number may be another thread's before the call has returned.
    else if (at === 'begin' && call.name === 'close') this.#open.delete(Number(call.text))
    else if (at === 'begin' && call.name === 'write' && /^1,/.test(call.text)) this.#print(call.strings[0])
    else if (at === 'end' && call.result >= 0) this.#done(call)
    return at === 'end' && call.result >= 0 && !READS.includes(call.name)
  }

  #print(bytes: Buffer = Buffer.alloc(0)): void {
    const lines = (this.#output + bytes.toString()).split('\n')
    this.#output = lines.pop() ?? ''
    for (const line of lines) {
      const place = /^sync (\d+) (.*)$/.exec(line)
      const durably = /^durably (.*)$/.exec(line)
      if (place) this.#placeOf.set(Number(place[1]), place[2] ?? '')
      else if (durably) this.#durably = durably[1] ?? ''
      else this.#options.onLine(line)
    }
  }

  #sync(at: Step['at'], call: SystemCall): void {
    const descriptor = Number(call.text)
    const file = this.#open.get(descriptor)
    if (!file) return
    if (at === 'end') {
      if (call.result === 0) this.#syncing.get(call)?.()
      this.#syncing.delete(call)
      return
    }
    const place = this.#placeOf.get(descriptor) ?? this.#placeInSQLite(file)
    this.#placeOf.delete(descriptor)
    this.places.set(place, (this.places.get(place) ?? 0) + 1)
    if (this.#options.ignores?.(place)) this.ignored += 1
    else this.#syncing.set(call, coveredBySync(file.node))
  }

  #placeInSQLite({ path }: OpenFile): string {
    const name = basename(path)
    // A database and its log are synced, or not, by one word of ours (`synchronous`).
    return name === INDEX_LOG && this.#durably !== '' ? this.#durably : `SQLite: ${name.replace(/-wal$/, '')}`
  }

  #done(call: SystemCall): void {
    const first = Number.parseInt(call.text, 10)
    const file = this.#open.get(first)
    const data = (): Buffer => Buffer.concat(call.strings).subarray(0, call.result)
    const lastNumber = Number(/(\d+)$/.exec(call.text)?.[1])
    const played: Record<string, () => void> = {
      openat: () => this.#opened(call),
      open: () => this.#opened(call),
      close: () => undefined,
      dup: () => file && this.#open.set(call.result, file),
      lseek: () => file && Object.assign(file, { position: call.result }),
      write: () => file && this.#writeOn(file, data()),
      writev: () => file && this.#writeOn(file, data()),
      pwrite64: () => file && this.#write(file, lastNumber, data()),
      pwritev: () => file && this.#write(file, lastNumber, data()),
      copy_file_range: () => this.#copied(call),
      ftruncate: () =>
        file?.node instanceof ModelFile && file.node.pending.push({ kind: 'truncate', length: lastNumber }),
      rename: () => this.#renamed(call),
      link: () => this.#linked(call),
      linkat: () => this.#linked(call),
      unlink: () => this.#named(this.#path(call), null),
      rmdir: () => this.#named(this.#path(call), null),
      unlinkat: () => this.#named(this.#path(call), null),
      mkdir: () => this.#named(this.#path(call), new ModelFolder()),
    }
    const play = played[call.name]
    if (play) play()
    // A call that the model does not know must not go by unseen.
    else if (file || (call.strings.length > 0 && this.#folderOf(this.#path(call))))
      throw new Error(`${call.name}(${call.text})`)
  }

  /** The absolute path that a call names. */
  #path(call: SystemCall, index = 0): string {
    const folder = this.#open.get(Number.parseInt(call.text, 10))
    return resolve(folder?.path ?? '/', call.strings[index]?.toString() ?? '')
  }

  /** The folder of the model that `path` lies in; null outside. */
  #folderOf(path: string): ModelFolder | null {
    const way = relative(this.#options.root, dirname(path))
    if (way === '..' || way.startsWith(`..${sep}`)) return null
    let folder: ModelNode | undefined = this.disk
    for (const name of way.split(sep).filter(Boolean)) {
      folder = folder instanceof ModelFolder ? folder.now.get(name) : undefined
    }
    return folder instanceof ModelFolder ? folder : null
  }

  #opened(call: SystemCall): void {
    const path = this.#path(call)
    const isRoot = path === this.#options.root
    const folder = this.#folderOf(path)
    this.#open.delete(call.result)
    if ((!folder && !isRoot) || isSharedMemory(path)) return
    let node: ModelNode | undefined = isRoot ? this.disk : folder?.now.get(basename(path))
    if (!node && !CREATES.test(call.text)) throw new Error(`${path} is not in the model`)
    if (!node) {
      node = new ModelFile()
      folder?.change([basename(path), node])
    }
    if (node instanceof ModelFile && TRUNCATES.test(call.text)) node.pending.push({ kind: 'truncate', length: 0 })
    this.#open.set(call.result, { node, path, position: 0 })
  }

  #writeOn(file: OpenFile, bytes: Buffer): void {
    this.#write(file, file.position, bytes)
    file.position += bytes.length
  }

  #write({ node, path }: OpenFile, at: number, bytes: Buffer): void {
    if (!(node instanceof ModelFile)) throw new Error(`bytes written to the folder ${path}`)
    node.pending.push({ kind: 'write', at, bytes })
  }

  /** The whole of one file into another, as copying does. */
  #copied({ text }: SystemCall): void {
    const [from, to] = [/^(\d+)/, /^\d+, [^,]+, (\d+)/].map((part) => this.#open.get(Number(part.exec(text)?.[1])))
    if (!(to?.node instanceof ModelFile)) return
    if (!(from?.node instanceof ModelFile)) throw new Error('copied from outside')
    to.node.pending.push(...from.node.durable, ...from.node.pending)
  }

  #named(path: string, node: ModelNode | null): void {
    if (!isSharedMemory(path)) this.#folderOf(path)?.change([basename(path), node])
  }

  /** Another name of the same file. */
  #linked(call: SystemCall): void {
    const from = this.#path(call, 0)
    const node = this.#folderOf(from)?.now.get(basename(from))
    if (!node) throw new Error(`linked from ${from}`)
    this.#named(this.#path(call, 1), node)
  }

  #renamed(call: SystemCall): void {
    const [from, to] = [this.#path(call, 0), this.#path(call, 1)]
    const folder = this.#folderOf(from)
    if (isSharedMemory(from)) return
    const node = folder?.now.get(basename(from))
    if (!folder || !node || folder !== this.#folderOf(to)) throw new Error(`renamed from ${from} to ${to}`)
    folder.change([basename(from), null], [basename(to), node])
  }
}
