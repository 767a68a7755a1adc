/**
 * A disk that promises no more than POSIX does: bytes are durable when their file was synced after they were written, names when their
 * folder was. What is not may be there after a power cut or not, each write and each name by itself.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

type Change = { kind: 'write'; at: number; bytes: Buffer } | { kind: 'truncate'; length: number }

/** A file: what is surely there, and what was done since. */
export class ModelFile {
  durable: Change[] = []
  pending: Change[] = []
}

/** Names that appear or go at once, such as both of a renaming. */
type NameChange = [name: string, node: ModelNode | null][]

export class ModelFolder {
  durable = new Map<string, ModelNode>()
  pending: NameChange[] = []
  /** What a running program sees. */
  readonly now = new Map<string, ModelNode>()

  change(...names: NameChange): void {
    for (const [name, node] of names) setName(this.now, name, node)
    this.pending.push(names)
  }
}

export type ModelNode = ModelFile | ModelFolder

const setName = (names: Map<string, ModelNode>, name: string, node: ModelNode | null): void => {
  if (node) names.set(name, node)
  else names.delete(name)
}

/** What had happened when a sync began: this becomes durable when it ends. */
export const coveredBySync = (node: ModelNode): (() => void) => {
  const count = node.pending.length
  if (node instanceof ModelFile) {
    const covered = node.pending.slice(0, count)
    return () => {
      // Another sync may have ended meanwhile.
      const fresh = covered.filter((change) => node.pending.includes(change))
      node.pending = node.pending.filter((change) => !fresh.includes(change))
      node.durable.push(...fresh)
    }
  }
  const covered = node.pending.slice(0, count)
  return () => {
    const fresh = covered.filter((change) => node.pending.includes(change))
    node.pending = node.pending.filter((change) => !fresh.includes(change))
    for (const change of fresh) for (const [name, child] of change) setName(node.durable, name, child)
  }
}

/** Which part of what was not synced a power cut leaves: of a write, some bytes from its start. */
export interface PowerCut {
  name: string
  keepsName(): boolean
  /** 0 to 1 of a change of a file. */
  keptOf(): number
}

/** The power cuts that matter most, and one at random. */
export const powerCuts = (random: () => number): PowerCut[] => [
  { name: 'nothing unsynced is left', keepsName: () => false, keptOf: () => 0 },
  { name: 'only unsynced names are left', keepsName: () => true, keptOf: () => 0 },
  { name: 'only unsynced bytes are left', keepsName: () => false, keptOf: () => 1 },
  randomCut(random),
]

export const randomCut = (random: () => number): PowerCut => ({
  name: 'some is left',
  keepsName: () => random() < 0.5,
  keptOf: () => [0, 0, 1, 1, random()][Math.floor(random() * 5)] ?? 0,
})

const SECTOR = 512

/** Writes what a power cut leaves of `folder` to the real folder `target`. */
export function writeAfterwards(folder: ModelFolder, cut: PowerCut, target: string): void {
  mkdirSync(target, { recursive: true })
  const names = new Map(folder.durable)
  for (const change of folder.pending)
    if (cut.keepsName()) for (const [name, node] of change) setName(names, name, node)
  for (const [name, node] of names) {
    const path = join(target, name)
    if (node instanceof ModelFolder) writeAfterwards(node, cut, path)
    else writeFile(node, cut, path)
  }
}

function writeFile(file: ModelFile, cut: PowerCut, path: string): void {
  writeFileSync(path, '', { mode: 0o600 })
  const descriptor = openSync(path, 'r+')
  const apply = (change: Change): void => {
    if (change.kind === 'truncate') ftruncateSync(descriptor, change.length)
    else if (change.bytes.length > 0) writeSync(descriptor, change.bytes, 0, change.bytes.length, change.at)
  }
  for (const change of file.durable) apply(change)
  for (const change of file.pending) {
    const kept = cut.keptOf()
    if (kept === 0) continue
    if (kept === 1) apply(change)
    else if (change.kind === 'write')
      apply({ ...change, bytes: change.bytes.subarray(0, Math.floor((change.bytes.length * kept) / SECTOR) * SECTOR) })
  }
  closeSync(descriptor)
}
