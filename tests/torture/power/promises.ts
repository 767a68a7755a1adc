/** What a recorded program said that it was promised, and whether a folder after a power cut keeps it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyFileStore } from '../../../main/security/index.ts'
import { matchesKeyCheck } from '../../../main/security/station-key.ts'
import { readVaultFile } from '../../../main/security/vault-file.ts'
import { ctImage, type TestObject } from '../../main/cache/data-sets.ts'
import { brokenData, type Expected } from './broken-data.ts'

/** One line of a recorded program. */
export type Said =
  /** The station key that the vault opened with. */
  | { vault: string }
  /** The object with this number was answered Success, and is known by this key. */
  | { stored: number; instanceKey: number }
  /** The document and the report's text are this number, or a later one. */
  | { document: number }
  | { report: number; reportId: string }
  /** The index has noted this, by name. */
  | { noted: string; value: string }
  /** The audit log has this many entries. */
  | { audit: number }
  /** The records were copied with the report at this number. */
  | { copied: number }
  /** The records are being damaged; they were restored, with the report at this number. */
  | { damaging: true }
  | { restored: number }
  /** The study of the even numbers is being removed; it is gone. */
  | { removing: true }
  | { removed: true }
  /** These study keys are left now: others were destroyed and must not come back. */
  | { keys: string[] }
  /** A backup is being made, of what was promised until now; it is there, under this name. */
  | { backingUp: true }
  | { backup: string }

/** The station key lies apart from the data, as it does at a person's desk. */
export const keyFileIn = (root: string): string => join(root, 'settings', 'station.key')
export const backupsIn = (root: string): string => join(root, 'backups')
/** A report template of the site. */
export const templateIn = (dataFolder: string): string => join(dataFolder, 'templates', 'thorax', 'site.json')

/** The object that a number stands for: of two studies, one in five of several chunks. */
export const objectOf = (number: number): TestObject =>
  ctImage({ study: 1 + (number % 2), instance: number, rows: number % 5 === 0 ? 200 : 24 })

/** The study of the odd numbers. */
export const KEPT_STUDY = '1.2.826.0.1.77.2'

/** The study of the even numbers. */
export const REMOVED_STUDY = '1.2.826.0.1.77.1'

/** Numbers of objects that a program may send. */
export const OBJECTS = 40

const evenNumbers = Array.from({ length: OBJECTS / 2 }, (_, index) => 2 * index + 2)

/** What a copy must hold byte for byte: templates, and what was set aside. */
const plainFilesIn = (dataFolder: string): string[] =>
  readdirSync(dataFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(records-damaged-.*\.sqlite|templates\/.*\.json)$/.test(name),
  )

/** Everything promised so far. */
export class Promises {
  #stationKey: Buffer | null = null
  #expected: Expected = {
    ...{ stored: new Set(), isRemoved: false, instanceKey: 0, document: 0, documentCopied: 0, noted: {}, keys: null },
    ...{ report: 0, reportId: '', copied: 0, audit: 0, isDamaged: false, reportBeforeDamage: 0 },
  }
  /** What stood when each backup began, in order, and the names of those that are there. */
  readonly #backedUp: Expected[] = []
  readonly #backups: string[] = []

  add(said: Said): void {
    const expected = this.#expected
    if ('vault' in said) this.#stationKey = Buffer.from(said.vault, 'hex')
    else if ('stored' in said) {
      expected.stored.add(said.stored)
      expected.instanceKey = Math.max(expected.instanceKey, said.instanceKey)
    } else if ('removing' in said) for (const number of evenNumbers) expected.stored.delete(number)
    else if ('removed' in said) expected.isRemoved = true
    else if ('noted' in said) expected.noted[said.noted] = said.value
    else if ('document' in said) expected.document = said.document
    else if ('report' in said) Object.assign(expected, { report: said.report, reportId: said.reportId })
    else if ('audit' in said) expected.audit = said.audit
    else if ('copied' in said) Object.assign(expected, { copied: said.copied, documentCopied: expected.document })
    else if ('damaging' in said) Object.assign(expected, { isDamaged: true, reportBeforeDamage: expected.report })
    else if ('restored' in said)
      Object.assign(expected, { isDamaged: false, report: said.restored, document: expected.documentCopied })
    else if ('backingUp' in said)
      this.#backedUp.push({ ...expected, stored: new Set(expected.stored), noted: { ...expected.noted }, keys: null })
    else if ('backup' in said) this.#backups.push(said.backup)
    expected.keys = 'keys' in said ? said.keys : null
  }

  /** What is broken in the folder `root`; empty when all is kept. */
  async broken(root: string): Promise<string[]> {
    const stationKey = this.#stationKey
    if (!stationKey) return []
    const dataFolder = join(root, 'data')
    const keyStore = createKeyFileStore({ keyFile: keyFileIn(root), dataFolder })
    const kept = await keyStore.load().catch(() => null)
    if (!kept || !stationKey.equals(kept)) return ['the station key is lost']
    // First, as opening changes what is compared.
    const ofBackups = await this.#brokenBackups(root, stationKey)
    return [...(await this.#brokenFolder(dataFolder, stationKey, this.#expected)), ...ofBackups]
  }

  async #brokenFolder(dataFolder: string, stationKey: Buffer, expected: Expected): Promise<string[]> {
    const vault = readVaultFile(dataFolder)
    if (!vault || !matchesKeyCheck(stationKey, vault.folderId, vault.keyCheck)) return ['the vault does not open']
    return brokenData(dataFolder, stationKey, expected)
  }

  /** Whatever has the name of a backup is one, with all that stood when it was begun. */
  async #brokenBackups(root: string, stationKey: Buffer): Promise<string[]> {
    const backups = backupsIn(root)
    const names = existsSync(backups) ? readdirSync(backups) : []
    const problems = this.#backups.every((name) => names.includes(name)) ? [] : ['a backup is gone']
    const finished = names.filter((each) => /^astreinte-backup-.*Z$/.test(each)).sort()
    for (const [index, name] of finished.entries()) {
      const expected = this.#backedUp[index]
      const [from, to] = [join(root, 'data'), join(backups, name)]
      for (const file of plainFilesIn(from)) {
        const copy = join(to, file)
        if (!existsSync(copy) || !readFileSync(copy).equals(readFileSync(join(from, file))))
          problems.push(`the backup lacks ${file}`)
      }
      if (expected) problems.push(...(await this.#brokenFolder(to, stationKey, expected)).map(inBackup))
    }
    return problems
  }
}

const inBackup = (problem: string): string => `in the backup: ${problem}`
